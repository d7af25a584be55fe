package dev.lockstep.tuf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes files so that a crash leaves the old or the new content. */
final class DurableFiles {
  private static final Logger LOG = LoggerFactory.getLogger(DurableFiles.class);

  private DurableFiles() {}

  /** Makes a folder that only its owner may enter, where the file system has such permissions. */
  static void createPrivateFolder(Path folder) throws IOException {
    Files.createDirectories(folder, ownerOnly(folder, "rwx------"));
  }

  /** Writes a temporary file, syncs it, and renames it into place. */
  static void write(Path temporaryFolder, Path destination, byte[] bytes) throws IOException {
    Path temporary =
        Files.createTempFile(
            temporaryFolder, "new", ".tmp", ownerOnly(temporaryFolder, "rw-------"));
    try {
      try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
        out.force(true);
      }
      replace(temporary, destination);
    } finally {
      deleteLeftover(temporary);
    }
  }

  /** Renames a synced file into place and syncs the folder. */
  static void replace(Path file, Path destination) throws IOException {
    Files.move(file, destination, StandardCopyOption.ATOMIC_MOVE);
    syncFolder(destination.toAbsolutePath().getParent());
  }

  static void delete(Path file) throws IOException {
    if (Files.deleteIfExists(file)) {
      syncFolder(file.toAbsolutePath().getParent());
    }
  }

  /** Removes a temporary file that may be there; failing to is no reason to fail. */
  static void deleteLeftover(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("Cannot remove the temporary file {}: {}", file, e.toString());
    }
  }

  /** Opens a file to lock, and makes it if it is missing. */
  static FileChannel openLock(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
        ownerOnly(file.toAbsolutePath().getParent(), "rw-------"));
  }

  private static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path folder, String permissions) {
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    Set<PosixFilePermission> set = PosixFilePermissions.fromString(permissions);
    return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(set)};
  }
}
