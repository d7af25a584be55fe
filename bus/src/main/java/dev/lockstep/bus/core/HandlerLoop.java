package dev.lockstep.bus.core;

import java.time.Duration;

/** Runs the handlers of one bus, one after the other, and its timers. */
public interface HandlerLoop extends AutoCloseable {

  /**
   * Runs an arrived message's task in its turn.
   *
   * @return false if too many wait; the task is not run then
   */
  boolean offer(Runnable task);

  /** Runs a task of the bus itself in its turn; ignored after {@link #close()}. */
  void execute(Runnable task);

  /** Runs a task after a delay; ignored after {@link #close()}. */
  Timer after(Duration delay, Runnable task);

  /** Runs what waits for at most a second, then stops. */
  @Override
  void close();

  /** A task that was not yet run. */
  @FunctionalInterface
  interface Timer {
    /** The task will not be run, if it was not yet. */
    void cancel();
  }
}
