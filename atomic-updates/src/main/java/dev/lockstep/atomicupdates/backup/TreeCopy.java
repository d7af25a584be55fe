package dev.lockstep.atomicupdates.backup;

import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.atomicupdates.files.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
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

  /** Copies; the target must not exist, its folder must. */
  static void copy(Path source, Path target, LargeFiles large) throws IOException {
    List<Path> folders = new ArrayList<>();
    Files.walkFileTree(
        source,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Disk.createFolder(to(folder));
            folders.add(folder);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!attributes.isOther()) {
              Path copy = to(file);
              if (!attributes.isRegularFile() || !large.copy(file, copy, attributes.size())) {
                Disk.copy(
                    file, copy, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
              }
              if (attributes.isRegularFile()) {
                DurableFiles.sync(copy);
              }
            }
            return FileVisitResult.CONTINUE;
          }

          private Path to(Path from) {
            return target.resolve(source.relativize(from).toString());
          }
        });
    for (int i = folders.size() - 1; i >= 0; i--) {
      Path folder = folders.get(i);
      Path copy = target.resolve(source.relativize(folder).toString());
      DurableFiles.sync(copy);
      copyModeAndTime(folder, copy);
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
    if (Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      Files.walkFileTree(
          tree,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              bytes[0] += attributes.isRegularFile() ? attributes.size() : 0;
              return FileVisitResult.CONTINUE;
            }
          });
    }
    return bytes[0];
  }
}
