package dev.lockstep.atomicupdates.backup;

import dev.lockstep.atomicupdates.files.ChangingTree;
import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.atomicupdates.files.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Copies a file or a tree with modes and times, and brings it to the disk. Links are copied as
 * links. Sockets and pipes have no content and are left out. No file of the copy is a file of the
 * source: data are written in place, and a copy that changed with them would be none.
 */
final class TreeCopy {
  private TreeCopy() {}

  /** Copies all of it, or fails; the target must not exist, its folder must. */
  static void copy(Path source, Path target, LargeFiles large) throws IOException {
    new Copy(source, target, large) {
      @Override
      protected void gone(NoSuchFileException missing) throws IOException {
        throw missing;
      }
    }.run();
  }

  /** The same of what a running component may be writing to: what goes meanwhile is left out. */
  static void copyChanging(Path source, Path target, LargeFiles large) throws IOException {
    new Copy(source, target, large).run();
  }

  private static class Copy extends ChangingTree {
    private final Path source;
    private final Path target;
    private final LargeFiles large;
    private final List<Path> folders = new ArrayList<>();

    Copy(Path source, Path target, LargeFiles large) {
      this.source = source;
      this.target = target;
      this.large = large;
    }

    void run() throws IOException {
      walk(source);
      for (int i = folders.size() - 1; i >= 0; i--) {
        Path folder = folders.get(i);
        DurableFiles.sync(to(folder));
        try {
          copyModeAndTime(folder, to(folder));
        } catch (NoSuchFileException missing) {
          visitMissing(folder, missing);
        }
      }
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      Disk.createFolder(to(folder));
      folders.add(folder);
      return FileVisitResult.CONTINUE;
    }

    @Override
    protected void visit(Path file, BasicFileAttributes attributes) throws IOException {
      if (attributes.isOther()) {
        return;
      }
      Path copy = to(file);
      if (!attributes.isRegularFile() || !large.copy(file, copy, attributes.size())) {
        Disk.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
      }
      if (attributes.isRegularFile()) {
        DurableFiles.sync(copy);
      }
    }

    private Path to(Path from) {
      return target.resolve(source.relativize(from).toString());
    }
  }

  /** After the content: a folder may be read-only, and its time changes with every file in it. */
  static void copyModeAndTime(Path folder, Path copy) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Disk.setPermissions(copy, Files.getPosixFilePermissions(folder));
    }
    Disk.setLastModified(copy, Files.getLastModifiedTime(folder));
  }

  /**
   * Gives a copy another place on its file system.
   *
   * @param original what it is a copy of: a folder that may not be written has to be, while it
   *     moves
   */
  static void move(Path copy, Path to, Path original) throws IOException {
    boolean folder = Files.isDirectory(copy, LinkOption.NOFOLLOW_LINKS);
    if (folder && copy.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Disk.setPermissions(copy, PosixFilePermissions.fromString("rwx------"));
    }
    Disk.rename(copy, to);
    if (folder) {
      copyModeAndTime(original, to);
    }
  }

  /** The first file or folder of a tree that this user may not read; empty where there is none. */
  static Optional<Path> unreadable(Path tree) throws IOException {
    try (Stream<Path> paths = Files.walk(tree)) {
      return paths
          .filter(path -> !Files.isSymbolicLink(path) && !Files.isReadable(path))
          .findFirst();
    } catch (UncheckedIOException denied) {
      throw denied.getCause();
    }
  }

  /** Bytes of all files. */
  static long size(Path tree) throws IOException {
    long[] bytes = new long[1];
    new ChangingTree() {
      @Override
      protected void visit(Path file, BasicFileAttributes attributes) {
        bytes[0] += attributes.isRegularFile() ? attributes.size() : 0;
      }
    }.walk(tree);
    return bytes[0];
  }
}
