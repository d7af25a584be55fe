package dev.lockstep.bus;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Decides with each heartbeat which announcements are due: what changed, and with each of the next
 * heartbeats, for whoever waits for several of them; the rest as far apart as {@link Bus#pace}
 * wants it. Safe for use by several threads.
 *
 * @param <K> who is announced
 * @param <A> an announcement without the time after which it is void, compared by {@code equals}
 */
public final class Heartbeats<K, A> {
  private static final int MISSED = 3;
  private static final int WITH_EACH = 12;
  private final Duration heartbeat;
  private final Supplier<Duration> pace;
  private final Clock clock;
  private final Map<K, Said<A>> said = new ConcurrentHashMap<>();

  /**
   * Nothing was announced yet.
   *
   * @param heartbeat how often there is one
   */
  public Heartbeats(Duration heartbeat, Supplier<Duration> pace, Clock clock) {
    this.heartbeat = heartbeat;
    this.pace = pace;
    this.clock = clock;
  }

  /**
   * Whether to announce it with this heartbeat.
   *
   * @return the seconds after which it then counts as away, unless it is announced again; empty if
   *     it is not due
   */
  public OptionalInt due(K who, A announcement) {
    Duration wanted = pace.get();
    Duration interval = wanted.compareTo(heartbeat) > 0 ? wanted : heartbeat;
    Said<A> one = said.computeIfAbsent(who, key -> new Said<>());
    synchronized (one) {
      Instant now = clock.instant();
      one.times = announcement.equals(one.last) ? one.times + 1 : 1;
      // The last of them must hold until the first of those that are farther apart.
      int seconds = awaySeconds(one.times < WITH_EACH ? heartbeat : interval);
      if (one.times > WITH_EACH && seconds == one.seconds && !passed(one.at, now, interval)) {
        return OptionalInt.empty();
      }
      one.said(announcement, now, seconds);
      return OptionalInt.of(seconds);
    }
  }

  /**
   * It is announced now, as something happened; the next heartbeats do so too.
   *
   * @return the seconds after which it counts as away, unless it is announced again
   */
  public int now(K who, A announcement) {
    Said<A> one = said.computeIfAbsent(who, key -> new Said<>());
    synchronized (one) {
      one.times = 1;
      one.said(announcement, clock.instant(), awaySeconds(heartbeat));
      return one.seconds;
    }
  }

  /** Whoever listened may not any more: everything is due. */
  public void again() {
    said.clear();
  }

  /** A heartbeat that comes a little early is the one that is meant. */
  private boolean passed(Instant from, Instant now, Duration interval) {
    Duration since = Duration.between(from, now);
    return since.isNegative() || since.compareTo(interval.minus(heartbeat.dividedBy(2))) >= 0;
  }

  private static int awaySeconds(Duration interval) {
    return (int) Math.max(1, (interval.toMillis() * MISSED + 999) / 1000);
  }

  private static final class Said<A> {
    private A last;
    private Instant at;
    private int seconds;
    private int times;

    private void said(A announcement, Instant now, int awaySeconds) {
      last = announcement;
      at = now;
      seconds = awaySeconds;
    }
  }
}
