package dev.lockstep.tuf;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file that is being written, locked until it has its name or is removed. What a process that was
 * killed leaves behind is not locked, and {@link #removeLeftovers} knows it by that.
 */
final class PartialFile implements Closeable {
  private static final String START = ".tuf-download-";
  private static final String END = ".partial";
  private static final int ATTEMPTS = 10;

  /**
   * Those of this process. They must not be opened a second time to look at their lock: closing
   * that would give the lock away.
   */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private PartialFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Makes an empty one in a folder. */
  static PartialFile in(Path folder) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Path file = Files.createTempFile(folder, START, END).toAbsolutePath();
      FileChannel channel = null;
      boolean mine = false;
      try {
        OURS.add(file);
        channel = FileChannel.open(file, StandardOpenOption.WRITE);
        // Between making and locking it, somebody who clears up may have taken it for left over.
        mine = channel.tryLock() != null && Files.exists(file);
      } catch (NoSuchFileException removed) {
        mine = false;
      } finally {
        if (!mine) {
          OURS.remove(file);
          if (channel != null) {
            channel.close();
          }
        }
      }
      if (mine) {
        return new PartialFile(file, channel);
      }
      if (attempt == ATTEMPTS) {
        throw new IOException("somebody removes files from " + folder);
      }
    }
  }

  FileChannel channel() {
    return channel;
  }

  /** Syncs it and gives it its name, in place of what was there. */
  void moveTo(Path destination) throws IOException {
    channel.force(true);
    DurableFiles.replace(file, destination);
  }

  /** Removes it if it did not get its name. */
  @Override
  public void close() throws IOException {
    try {
      DurableFiles.deleteLeftover(file);
    } finally {
      OURS.remove(file);
      channel.close();
    }
  }

  /** Removes from a folder what nobody writes any more. */
  static void removeLeftovers(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, START + "*" + END)) {
      for (Path file : files) {
        if (!OURS.contains(file.toAbsolutePath()) && isLeftOver(file)) {
          DurableFiles.deleteLeftover(file);
        }
      }
    }
  }

  private static boolean isLeftOver(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException ours) {
      return false;
    } catch (NoSuchFileException removed) {
      return false;
    }
  }
}
