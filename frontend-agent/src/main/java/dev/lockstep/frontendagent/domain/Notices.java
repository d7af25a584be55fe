package dev.lockstep.frontendagent.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The restart notices that hold: the newest of each id, without those that were cancelled, replaced
 * or are long over. At most {@value #MAX}; the oldest gives way. Not thread-safe.
 */
public final class Notices {
  static final int MAX = 100;
  private static final Duration OVER_AFTER = Duration.ofHours(1);
  private final Map<String, Notice> current = new LinkedHashMap<>();

  /**
   * Takes a notice in.
   *
   * @return whether it says something new, so that people should see it
   */
  public boolean add(Notice notice, Instant now) {
    current.values().removeIf(old -> old.at().plus(OVER_AFTER).isBefore(now));
    boolean replaced =
        !notice.supersedes().isEmpty() && current.remove(notice.supersedes()) != null;
    if (notice.cancelled()) {
      return current.remove(notice.id()) != null || replaced;
    }
    Notice before = current.remove(notice.id());
    if (current.size() >= MAX) {
      current.remove(current.keySet().iterator().next());
    }
    current.put(notice.id(), notice);
    return !notice.equals(before);
  }

  /** Those that hold, the oldest first. */
  public List<Notice> current() {
    return List.copyOf(current.values());
  }

  /**
   * A time of another device's clock by this device's clock.
   *
   * @param time by the sender's clock
   * @param senderNow the sender's clock when it sent
   * @param now this device's clock when it arrived
   */
  public static Instant here(Instant time, Instant senderNow, Instant now) {
    return now.plus(Duration.between(senderNow, time));
  }
}
