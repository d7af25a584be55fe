package dev.lockstep.versionmanagement.service;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that owns all state. What comes from outside waits in a bounded queue. */
final class CoreThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CoreThread.class);
  private static final int MAX_WAITING = 20_000;
  private static final long CLOSE_SECONDS = 10;

  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          task -> new Thread(task, "lockstep-versions"));

  /** Runs an event from outside after those that came before it, unless too many wait. */
  void take(String what, Runnable event) {
    if (executor.getQueue().size() >= MAX_WAITING) {
      LOG.warn("cannot take in \"{}\": {} events wait; it is dropped", what, MAX_WAITING);
    } else {
      post(what, event);
    }
  }

  /** Runs an event of our own after those that came before it; one that fails is logged. */
  void post(String what, Runnable event) {
    try {
      executor.execute(() -> run(what, event));
    } catch (RejectedExecutionException closed) {
      LOG.debug("\"{}\" comes after the end", what);
    }
  }

  private static void run(String what, Runnable event) {
    try {
      event.run();
    } catch (RuntimeException failed) {
      LOG.error("cannot handle \"{}\": {}", what, failed.getMessage(), failed);
    }
  }

  /** Handles what waits, within a limit, and takes nothing more. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("events still wait after {} s; they are dropped", CLOSE_SECONDS);
        executor.shutdownNow();
      }
    } catch (InterruptedException stopped) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
