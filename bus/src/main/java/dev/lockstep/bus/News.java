package dev.lockstep.bus;

import java.time.Duration;
import java.time.Instant;

/**
 * Decides whether a state is to be said again: when it is another one than was said last, and once
 * a minute if it is not. The broker keeps it for those who come late; who repeats more often says
 * it to a thousand devices each time. Safe for use by several threads.
 *
 * @param <S> a state without the time at which it is said; compared by {@code equals}
 */
public final class News<S> {
  private static final Duration REPEATED = Duration.ofMinutes(1);
  private S last;
  private Instant saidAt;

  /** Whether to say it now; if so, it counts as said. */
  public synchronized boolean isNews(S state, Instant now) {
    if (state.equals(last)) {
      Duration since = Duration.between(saidAt, now);
      if (!since.isNegative() && since.compareTo(REPEATED) < 0) {
        return false;
      }
    }
    last = state;
    saidAt = now;
    return true;
  }

  /** Whoever listened may not any more, as after a new connection: the next one is news. */
  public synchronized void again() {
    last = null;
  }
}
