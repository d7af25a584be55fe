package dev.lockstep.bus.zeromq;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** When a connection is tried again: later after each failure, up to a limit. Times are nanos. */
final class NextTry {
  private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(5);
  private long at;
  private long pause = FIRST_PAUSE;
  private boolean planned;

  /** Plans it, unless it is planned already. */
  void plan(long now) {
    if (!planned) {
      planned = true;
      // A thousand that were refused together do not come again together.
      at = now + pause / 2 + ThreadLocalRandom.current().nextLong(pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }

  boolean isDue(long now) {
    return planned && now - at >= 0;
  }

  /** Whether it is planned for later than now. */
  boolean isAhead(long now) {
    return planned && now - at < 0;
  }

  void taken() {
    planned = false;
  }

  /** The connection works: the next failure is a first one again. */
  void worked() {
    pause = FIRST_PAUSE;
  }
}
