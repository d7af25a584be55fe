package dev.lockstep.atomicupdates.files;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** Removes whole trees. Never follows a link. */
public final class FileTrees {
  private FileTrees() {}

  /** Removes a tree; harmless where there is none. Folders without write permission get it. */
  public static void delete(Path tree) throws IOException {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            openForChange(folder);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Disk.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException failed)
              throws IOException {
            if (failed != null) {
              throw failed;
            }
            Disk.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /**
   * Brings a file, or a tree with all that is in it, to the disk; harmless where there is none, and
   * where some of it goes away meanwhile.
   */
  public static void sync(Path tree) throws IOException {
    new ChangingTree() {
      @Override
      protected void visit(Path file, BasicFileAttributes attributes) throws IOException {
        if (attributes.isRegularFile() && Files.isReadable(file)) {
          DurableFiles.sync(file);
        }
      }

      @Override
      public FileVisitResult postVisitDirectory(Path folder, IOException failed)
          throws IOException {
        if (failed != null) {
          throw failed;
        }
        try {
          DurableFiles.sync(folder);
        } catch (NoSuchFileException missing) {
          visitMissing(folder, missing);
        }
        return FileVisitResult.CONTINUE;
      }
    }.walk(tree);
  }

  private static void openForChange(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Set<PosixFilePermission> permissions =
          EnumSet.copyOf(withOwner(Files.getPosixFilePermissions(folder)));
      if (!permissions.equals(Files.getPosixFilePermissions(folder))) {
        Disk.setPermissions(folder, permissions);
      }
    }
  }

  private static Set<PosixFilePermission> withOwner(Set<PosixFilePermission> permissions) {
    Set<PosixFilePermission> all =
        EnumSet.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE);
    all.addAll(permissions);
    return all;
  }
}
