package dev.lockstep.atomicupdates.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * The one door through which this module changes files: each method is one change, and outside of
 * this package nothing calls the system's changing methods itself (a rule of the architecture).
 *
 * <p>The port behind the door is the file system of the path that a method is given. A test gives
 * paths of a file system that counts every change, stops at one, refuses one, or remembers their
 * order; the code between is the same as on a device. Nothing here waits for the disk; {@link
 * DurableFiles} does. The journal writes through SQLite, and children write their own output.
 */
public final class Disk {
  private Disk() {}

  /** Opens a file for changing; what follows is done on the channel. Never follows a link. */
  public static FileChannel open(Path file, OpenOption... options) throws IOException {
    OpenOption[] all = java.util.Arrays.copyOf(options, options.length + 1);
    all[options.length] = LinkOption.NOFOLLOW_LINKS;
    return FileChannel.open(file, all);
  }

  /** Makes an empty file that must not exist. */
  public static void createFile(Path file, FileAttribute<?>... attributes) throws IOException {
    Files.createFile(file, attributes);
  }

  /** Makes a folder that must not exist. */
  public static Path createFolder(Path folder, FileAttribute<?>... attributes) throws IOException {
    return Files.createDirectory(folder, attributes);
  }

  /** Makes a folder and those above it, where they are missing. */
  public static void createFolders(Path folder) throws IOException {
    Files.createDirectories(folder);
  }

  /** Makes a symbolic link that must not exist. */
  public static void createLink(Path link, Path target) throws IOException {
    Files.createSymbolicLink(link, target);
  }

  /** Gives a file, folder or link another name by one rename(2); replaces a file or link. */
  public static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Copies one file, link or empty folder. */
  public static void copy(Path from, Path to, CopyOption... options) throws IOException {
    Files.copy(from, to, options);
  }

  /** Removes a file, link or empty folder. */
  public static void delete(Path path) throws IOException {
    Files.delete(path);
  }

  /** Removes a file, link or empty folder, where there is one. */
  public static boolean deleteIfExists(Path path) throws IOException {
    return Files.deleteIfExists(path);
  }

  /** Sets the permissions of what the path names itself, where the file system has any. */
  public static void setPermissions(Path path, Set<PosixFilePermission> permissions)
      throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view != null) {
      view.setPermissions(permissions);
    }
  }

  /** Sets when it was changed last. */
  public static void setLastModified(Path path, FileTime time) throws IOException {
    Files.setLastModifiedTime(path, time);
  }
}
