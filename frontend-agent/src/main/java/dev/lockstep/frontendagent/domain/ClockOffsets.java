package dev.lockstep.frontendagent.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far other processes' clocks are from the own one.
 *
 * <p>A message that was under way for long, or waited at the broker, makes its sender's clock look
 * slow. So the least delayed message of the last minutes counts: the largest difference. Not
 * thread-safe.
 */
public final class ClockOffsets {
  private static final Duration WINDOW = Duration.ofMinutes(5);

  /** Nothing is on its way for that long: the broker keeps states for ten minutes. */
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(15);

  private static final int MOST_SOURCES = 1_000;
  private final Map<String, Best> bySource =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Best> eldest) {
          return size() > MOST_SOURCES;
        }
      };

  /** Two windows, so that an offset is known at any time and a changed clock is noticed. */
  private record Best(Instant since, Duration current, Duration before) {}

  /** A message arrived. */
  public void observe(String source, Instant sentAt, Instant receivedAt) {
    Duration difference = Duration.between(receivedAt, sentAt);
    Best best = bySource.get(source);
    if (best == null || wasSetBack(best, difference)) {
      bySource.put(source, new Best(receivedAt, difference, difference));
    } else if (receivedAt.isAfter(best.since().plus(WINDOW))) {
      bySource.put(source, new Best(receivedAt, difference, best.current()));
    } else {
      bySource.put(
          source, new Best(best.since(), larger(best.current(), difference), best.before()));
    }
  }

  private static boolean wasSetBack(Best best, Duration difference) {
    Duration late = larger(best.current(), best.before()).minus(difference);
    return late.compareTo(LONGEST_DELAY) > 0;
  }

  /** A time of that source's clock, by the own clock. */
  public Instant toOwn(String source, Instant time) {
    Best best = bySource.get(source);
    return best == null ? time : time.minus(larger(best.current(), best.before()));
  }

  private static Duration larger(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
