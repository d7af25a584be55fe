package dev.lockstep.atomicupdates.bus;

import java.time.Instant;

/** Waits for a time. Tests give one that does not. */
@FunctionalInterface
public interface Waiter {
  /**
   * Returns at that time.
   *
   * @throws InterruptedException when the waiting thread is asked to stop
   */
  void until(Instant time) throws InterruptedException;
}
