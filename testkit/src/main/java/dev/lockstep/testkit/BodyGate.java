package dev.lockstep.testkit;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Holds the body of an answer in the middle. Once open it stays open. Thread-safe. */
public final class BodyGate {
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch opened = new CountDownLatch(1);

  /**
   * Waits until a transfer has come to the gate.
   *
   * @throws IllegalStateException if none does in that time
   */
  public void awaitReached(Duration patience) {
    if (!await(reached, patience)) {
      throw new IllegalStateException("no transfer came to the gate in " + patience);
    }
  }

  /** Lets this transfer and all others go on. */
  public void open() {
    opened.countDown();
  }

  /** Called by a transfer: says that it is here, and waits. */
  void pass() {
    reached.countDown();
    await(opened, LONGEST);
  }

  /** Waits a while, or less if the gate is open. */
  void pause(Duration time) {
    await(opened, time);
  }

  private static boolean await(CountDownLatch latch, Duration patience) {
    try {
      return latch.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
