package dev.lockstep.repository.storage;

import dev.lockstep.repository.RepositoryException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one publisher at a time change a repository: across processes by a file lock, across threads
 * by a lock in memory, because a file lock belongs to the whole process. A killed process holds
 * nothing.
 */
public final class RepositoryLock implements AutoCloseable {
  private static final Map<Path, ReentrantLock> IN_THIS_PROCESS = new ConcurrentHashMap<>();
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final ReentrantLock threads;
  private final FileChannel channel;

  private RepositoryLock(ReentrantLock threads, FileChannel channel) {
    this.threads = threads;
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @param file the lock's file; made where it is missing, its folder must exist
   * @throws RepositoryException.StateUnusable if another publisher keeps it longer than the
   *     patience
   */
  public static RepositoryLock take(Path file, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      Path key = file.toAbsolutePath().getParent().toRealPath().resolve(file.getFileName());
      ReentrantLock threads = IN_THIS_PROCESS.computeIfAbsent(key, path -> new ReentrantLock());
      if (threads.isHeldByCurrentThread()
          || !threads.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        throw busy(file);
      }
      FileChannel channel = null;
      try {
        channel = FileChannel.open(key, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        while (channel.tryLock() == null) {
          if (System.nanoTime() - deadline > 0) {
            throw busy(file);
          }
          LockSupport.parkNanos(POLL_NANOS);
        }
        return new RepositoryLock(threads, channel);
      } catch (IOException | RuntimeException failed) {
        if (channel != null) {
          channel.close();
        }
        threads.unlock();
        throw failed;
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw busy(file);
    } catch (IOException unusable) {
      throw new RepositoryException.StateUnusable(
          "lock the repository",
          unusable.toString(),
          "check that its folder can be written",
          unusable);
    }
  }

  private static RepositoryException busy(Path file) {
    return new RepositoryException.StateUnusable(
        "change the repository",
        "another publisher holds " + file,
        "try again when it has finished");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException unusable) {
      throw new RepositoryException.StateUnusable(
          "unlock the repository", unusable.toString(), "end this process", unusable);
    } finally {
      threads.unlock();
    }
  }
}
