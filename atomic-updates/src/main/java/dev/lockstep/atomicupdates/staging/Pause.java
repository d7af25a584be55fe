package dev.lockstep.atomicupdates.staging;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits between two tries. A port, so that tests do not wait. */
@FunctionalInterface
public interface Pause {
  /** Returns after the time, or soon after {@code stop} is true or the thread is interrupted. */
  void pause(Duration time, BooleanSupplier stop);

  /** Really waits. */
  static Pause real() {
    Duration look = Duration.ofMillis(100);
    return (time, stop) -> {
      long end = System.nanoTime() + time.toNanos();
      for (long left = time.toNanos();
          left > 0 && !stop.getAsBoolean() && !Thread.currentThread().isInterrupted();
          left = end - System.nanoTime()) {
        LockSupport.parkNanos(Math.min(left, look.toNanos()));
      }
    };
  }
}
