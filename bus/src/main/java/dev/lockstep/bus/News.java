package dev.lockstep.bus;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * Decides whether a state is to be said again: when it is another one than was said last, and once
 * in a while if it is not: after a minute, or after five times the {@linkplain Bus#pace pace} where
 * many listen. The broker keeps it for those who come late; who repeats more often says it to a
 * thousand devices each time. Safe for use by several threads.
 *
 * @param <S> a state without the time at which it is said; compared by {@code equals}
 */
public final class News<S> {
  private static final Duration LEAST = Duration.ofMinutes(1);
  private static final int PACES = 5;
  private final Supplier<Duration> pace;
  private S last;
  private Instant saidAt;

  /** Nothing was said yet. */
  public News(Supplier<Duration> pace) {
    this.pace = pace;
  }

  /** Whether to say it now; if so, it counts as said. */
  public synchronized boolean isNews(S state, Instant now) {
    if (state.equals(last)) {
      Duration since = Duration.between(saidAt, now);
      if (!since.isNegative() && since.compareTo(repeated()) < 0) {
        return false;
      }
    }
    last = state;
    saidAt = now;
    return true;
  }

  private Duration repeated() {
    Duration paced = pace.get().multipliedBy(PACES);
    return paced.compareTo(LEAST) > 0 ? paced : LEAST;
  }

  /** Whoever listened may not any more, as after a new connection: the next one is news. */
  public synchronized void again() {
    last = null;
  }
}
