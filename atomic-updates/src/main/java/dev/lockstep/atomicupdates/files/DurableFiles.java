package dev.lockstep.atomicupdates.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/** Files, folders and names that are on the disk when the call returns. */
public final class DurableFiles {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private DurableFiles() {}

  /** Writes a file so that a crash leaves the old or the new content. */
  public static void write(Path file, byte[] content) throws IOException {
    createFolders(file.getParent());
    Path temporary = file.resolveSibling("." + file.getFileName() + ".new");
    try (FileChannel out =
        Disk.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    rename(temporary, file);
  }

  /** Gives a file or folder its final name by one rename. */
  public static void rename(Path from, Path to) throws IOException {
    Disk.rename(from, to);
    sync(to.getParent());
  }

  /**
   * Makes an empty file that only its owner can read and write, where it is missing; takes the
   * rights of others away where they have any. It is not forced to the disk.
   */
  public static void makePrivate(Path file) throws IOException {
    if (Files.getFileAttributeView(file.getParent(), PosixFileAttributeView.class) == null) {
      return;
    }
    if (Files.exists(file)) {
      Disk.setPermissions(file, OWNER_ONLY);
    } else {
      Disk.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }
  }

  /** Makes a folder and its parents where they are missing. */
  public static void createFolders(Path folder) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path at = folder; at != null && !Files.isDirectory(at); at = at.getParent()) {
      missing.push(at);
    }
    Disk.createFolders(folder);
    for (Path made : missing) {
      sync(made.getParent());
    }
  }

  /** Brings a file's content, or a folder's names, to the disk. */
  public static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
