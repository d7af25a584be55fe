package dev.lockstep.app;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that runs until a signal or a failure ends it, and then closes what it opened, the last
 * first.
 */
public final class RunningProcess {
  private static final Logger LOG = LoggerFactory.getLogger(RunningProcess.class);
  private static final long CLOSE_SECONDS = 60;

  private final Deque<Opened> opened = new ArrayDeque<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile boolean restarting;

  private record Opened(String name, AutoCloseable resource) {}

  /** Makes sure that it is closed at the end. */
  public synchronized <R extends AutoCloseable> R opens(String name, R resource) {
    opened.push(new Opened(name, resource));
    return resource;
  }

  /** Ends the process because it can no longer work. */
  public void fail(Throwable why) {
    try {
      if (failure.compareAndSet(null, why)) {
        LOG.error("cannot go on, ending", why);
      }
    } finally {
      // Where memory is short, the log fails as well.
      end.countDown();
    }
  }

  /** Ends the process so that its launcher starts it again. */
  public void restart() {
    restarting = true;
    end.countDown();
  }

  /** Whether it ends to be started again. */
  public boolean restarting() {
    return restarting;
  }

  /**
   * Waits for the end, then closes everything.
   *
   * @return {@link ExitCode#OK} after a signal, {@link ExitCode#FAILED} after a failure, {@link
   *     ExitCode#RESTART} where it is to be started again
   */
  public ExitCode awaitEnd() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::endBySignal, "signal"));
    try {
      end.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    closeAll();
    if (failure.get() != null) {
      return ExitCode.FAILED;
    }
    return restarting ? ExitCode.RESTART : ExitCode.OK;
  }

  /** Closes what was opened so far; for a start that failed half-way. */
  public void closeAll() {
    synchronized (this) {
      while (!opened.isEmpty()) {
        Opened one = opened.pop();
        try {
          one.resource().close();
        } catch (Exception unclosable) {
          LOG.warn("cannot close {}", one.name(), unclosable);
        }
      }
    }
    closed.countDown();
  }

  /** The virtual machine halts when this returns, so it waits until everything is closed. */
  private void endBySignal() {
    end.countDown();
    try {
      if (!closed.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("did not close within {} s", CLOSE_SECONDS);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
