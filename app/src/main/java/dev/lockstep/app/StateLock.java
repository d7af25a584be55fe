package dev.lockstep.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Holds a device's state folder for one process; the system lets go when the process ends. */
final class StateLock implements AutoCloseable {
  private final FileChannel channel;

  private StateLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Makes the folder where it is missing, for its owner only, and takes it.
   *
   * @throws IllegalStateException if another process has it, or it cannot be written
   */
  static StateLock take(Path folder) {
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      FileChannel channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock;
      try {
        lock = channel.tryLock();
      } catch (OverlappingFileLockException sameProcess) {
        lock = null;
      }
      if (lock == null) {
        channel.close();
        throw new IllegalStateException(
            "cannot start: another Lockstep process uses "
                + folder
                + "; stop it, or name another device.state");
      }
      return new StateLock(channel);
    } catch (IOException unusable) {
      throw new IllegalStateException(
          "cannot start: " + folder + " cannot be written; check its owner and the disk", unusable);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
