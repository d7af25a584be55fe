package dev.lockstep.bus.core;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link HandlerLoop} on one daemon thread of its own, with a bounded queue for messages. */
public final class HandlerThread implements HandlerLoop {
  private static final Logger LOG = LoggerFactory.getLogger(HandlerThread.class);
  private static final long CLOSE_MILLIS = 1_000;

  private final ScheduledThreadPoolExecutor executor;
  private final AtomicInteger waiting = new AtomicInteger();
  private final int capacity;
  private volatile Thread thread;

  /**
   * Starts nothing before the first task.
   *
   * @param name of the thread
   * @param capacity how many arrived messages may wait
   */
  public HandlerThread(String name, int capacity) {
    this.capacity = capacity;
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread created = new Thread(task, name);
              created.setDaemon(true);
              thread = created;
              return created;
            });
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public boolean offer(Runnable task) {
    if (waiting.incrementAndGet() > capacity) {
      waiting.decrementAndGet();
      return false;
    }
    execute(
        () -> {
          waiting.decrementAndGet();
          task.run();
        });
    return true;
  }

  @Override
  public void execute(Runnable task) {
    try {
      executor.execute(() -> guarded(task));
    } catch (RejectedExecutionException e) {
      LOG.trace("a task came after the bus was closed", e);
    }
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    try {
      ScheduledFuture<?> future =
          executor.schedule(() -> guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      LOG.trace("a timer came after the bus was closed", e);
      return () -> {};
    }
  }

  @Override
  public void close() {
    executor.shutdown();
    if (Thread.currentThread() == thread) {
      return; // A handler closes its own bus: it cannot wait for itself.
    }
    try {
      if (!executor.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.warn("a handler still runs {} ms after its bus was closed", CLOSE_MILLIS);
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      executor.shutdownNow();
    }
  }

  /** The executor would keep an error to itself; here it is seen, and the bus goes on. */
  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.error("a task of the bus failed", e);
    }
  }
}
