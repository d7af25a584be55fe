package dev.lockstep.bus;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets at most so many messages per second and key through, and always the last one (R168).
 *
 * <p>What comes too soon waits, and is replaced by what comes after it. Sendings of one throttle
 * never overlap and stay in order; they run on the caller's thread or on the executor's, and must
 * not block. Any thread may call.
 */
public final class Throttle {
  private static final Logger LOG = LoggerFactory.getLogger(Throttle.class);

  private final Duration spacing;
  private final Clock clock;
  private final ScheduledExecutorService executor;
  private final Map<String, Lane> lanes = new HashMap<>();

  /**
   * A throttle without keys.
   *
   * @param perSecond at least 2: one of them is kept for {@link #finish}
   * @param clock measures the time between sendings
   * @param executor sends what had to wait
   */
  public Throttle(int perSecond, Clock clock, ScheduledExecutorService executor) {
    if (perSecond < 2) {
      throw new IllegalArgumentException("perSecond is at least 2, not " + perSecond);
    }
    // So that no second has more than perSecond even if finish() adds one at its end.
    this.spacing = Duration.ofNanos(TimeUnit.SECONDS.toNanos(1) / (perSecond - 1) + 1);
    this.clock = clock;
    this.executor = executor;
  }

  /** Sends now if the last sending of that key is long enough ago, else as soon as it is. */
  public synchronized void submit(String key, Runnable send) {
    Lane lane = lanes.computeIfAbsent(key, name -> new Lane());
    Instant now = clock.instant();
    if (lane.isDue(now, spacing)) {
      lane.waiting = null; // What came later replaces it.
      lane.next = now.plus(spacing);
      send.run();
      return;
    }
    boolean scheduled = lane.waiting != null;
    lane.waiting = send;
    if (!scheduled) {
      sendLater(key, lane, Duration.between(now, lane.next));
    }
  }

  /** Sends at once what still waits, and forgets the key. */
  public synchronized void finish(String key) {
    Lane lane = lanes.remove(key);
    if (lane != null && lane.waiting != null) {
      Runnable last = lane.waiting;
      lane.waiting = null;
      last.run();
    }
  }

  private void sendLater(String key, Lane lane, Duration delay) {
    try {
      executor.schedule(
          () -> sendWaiting(key, lane), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // What waits goes out with the next submit or with finish().
      LOG.debug("cannot send {} later: the executor is shut down", key, e);
    }
  }

  private synchronized void sendWaiting(String key, Lane lane) {
    if (lanes.get(key) != lane || lane.waiting == null) {
      return; // Finished in the meantime.
    }
    Instant now = clock.instant();
    if (!lane.isDue(now, spacing)) {
      sendLater(key, lane, Duration.between(now, lane.next));
      return;
    }
    Runnable send = lane.waiting;
    lane.waiting = null;
    lane.next = now.plus(spacing);
    send.run();
  }

  /** What is known of one key. */
  private static final class Lane {
    private Instant next = Instant.EPOCH;
    private Runnable waiting;

    /** Also after the clock was set back: nothing waits longer than the spacing. */
    private boolean isDue(Instant now, Duration spacing) {
      return !now.isBefore(next) || now.isBefore(next.minus(spacing));
    }
  }
}
