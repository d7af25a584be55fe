package dev.lockstep.atomicupdates.staging;

import dev.lockstep.atomicupdates.files.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** File modes, where the file system has them. */
final class Modes {
  private static final int ALL_BITS = 07777;
  private static final PosixFilePermission[] FROM_HIGHEST_BIT = PosixFilePermission.values();

  private Modes() {}

  /** Permission bits with setuid, setgid and sticky; empty where the file system has none. */
  static Optional<Integer> read(Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return Optional.empty();
    }
    Object mode = Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return Optional.of((Integer) mode & ALL_BITS);
  }

  /** Sets permission bits 0 to 0777 of a file or folder, not of what a link points at. */
  static void write(Path file, int mode) throws IOException {
    Disk.setPermissions(file, permissions(mode));
  }

  /** The permission bits as Java names them. */
  static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < FROM_HIGHEST_BIT.length; i++) {
      if ((mode & (0400 >> i)) != 0) {
        permissions.add(FROM_HIGHEST_BIT[i]);
      }
    }
    return permissions;
  }
}
