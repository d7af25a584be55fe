package dev.lockstep.app.doctor;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Owners and rights of files, as the system tells them. */
final class FileFacts {
  private static final Set<PosixFilePermission> CHANGE =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
  private static final Set<PosixFilePermission> READ =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_EXECUTE);
  private static final int MOST_FILES = 50_000;
  private static final int DEEPEST = 64;

  private FileFacts() {}

  /** Who runs this process. */
  static String user() throws IOException {
    Path self = Path.of("/proc/self");
    return Files.exists(self) ? Files.getOwner(self).getName() : System.getProperty("user.name");
  }

  static String owner(Path file) throws IOException {
    return Files.getOwner(file).getName();
  }

  /** Whether others than its owner may change it. */
  static boolean othersMayChange(Path file) throws IOException {
    return any(file, CHANGE);
  }

  /** Whether others than its owner may look into it. */
  static boolean othersMayRead(Path file) throws IOException {
    return any(file, READ);
  }

  private static boolean any(Path file, Set<PosixFilePermission> wanted) throws IOException {
    Set<PosixFilePermission> found = EnumSet.copyOf(wanted);
    found.retainAll(Files.getPosixFilePermissions(file));
    return !found.isEmpty();
  }

  /** "rwx------". */
  static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  /** The folder, or the nearest one above it that is there. */
  static Path existing(Path folder) {
    Path at = folder.toAbsolutePath();
    while (!Files.isDirectory(at) && at.getParent() != null) {
      at = at.getParent();
    }
    return at;
  }

  /**
   * The first file below a folder that belongs to somebody else; links are not followed, and after
   * many files nothing more is looked at.
   */
  static Optional<Path> foreign(Path folder, String owner) throws IOException {
    Path[] found = new Path[1];
    int[] seen = new int[1];
    Files.walkFileTree(
        folder,
        EnumSet.noneOf(FileVisitOption.class),
        DEEPEST,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path one, BasicFileAttributes attributes)
              throws IOException {
            return look(one);
          }

          @Override
          public FileVisitResult visitFile(Path one, BasicFileAttributes attributes)
              throws IOException {
            return look(one);
          }

          private FileVisitResult look(Path one) throws IOException {
            if (!Files.getOwner(one, LinkOption.NOFOLLOW_LINKS).getName().equals(owner)) {
              found[0] = one;
            }
            return found[0] != null || ++seen[0] > MOST_FILES
                ? FileVisitResult.TERMINATE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path one, IOException failed) throws IOException {
            // What a running process removes meanwhile is nobody's.
            if (Files.exists(one, LinkOption.NOFOLLOW_LINKS)) {
              found[0] = one;
              return FileVisitResult.TERMINATE;
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return Optional.ofNullable(found[0]);
  }
}
