package dev.lockstep.bus;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Decides with each heartbeat which announcements are due: what changed at once and with the next
 * heartbeats, for whoever waits for several of them, the rest as far apart as {@link Bus#pace}
 * wants it. Safe for use by several threads.
 *
 * @param <K> who is announced
 * @param <A> an announcement, compared by {@code equals}
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

  /** Whether to announce it with this heartbeat; if so, it counts as announced. */
  public boolean isDue(K who, A announcement) {
    // A heartbeat that comes a little early is the one that is meant.
    Duration apart = interval().minus(heartbeat.dividedBy(2));
    return said.computeIfAbsent(who, key -> new Said<>())
        .isDue(announcement, clock.instant(), apart);
  }

  /** Whoever listened may not any more: everything is due. */
  public void again() {
    said.clear();
  }

  /** After how many seconds without an announcement one counts as away. */
  public int awaySeconds() {
    long millis = interval().toMillis() * MISSED;
    return (int) Math.max(1, (millis + 999) / 1000);
  }

  private Duration interval() {
    Duration wanted = pace.get();
    return wanted.compareTo(heartbeat) > 0 ? wanted : heartbeat;
  }

  private static final class Said<A> {
    private final News<A> news = new News<>();
    private A last;
    private int times;

    private synchronized boolean isDue(A announcement, Instant now, Duration apart) {
      times = announcement.equals(last) ? times + 1 : 1;
      last = announcement;
      return news.isNews(announcement, now, times <= WITH_EACH ? Duration.ZERO : apart);
    }
  }
}
