package dev.lockstep.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until a test moves it. Thread-safe; zones share the same time. */
public final class ManualClock extends Clock {
  private final AtomicReference<Instant> now;
  private final ZoneId zone;

  private ManualClock(AtomicReference<Instant> now, ZoneId zone) {
    this.now = now;
    this.zone = zone;
  }

  /** A clock in UTC that shows a time. */
  public static ManualClock at(Instant time) {
    return new ManualClock(new AtomicReference<>(time), ZoneOffset.UTC);
  }

  /** A clock in UTC that shows a time such as {@code 2026-03-29T01:59:00Z}. */
  public static ManualClock at(String time) {
    return at(Instant.parse(time));
  }

  /** A clock that shows the present time, once. */
  public static ManualClock now() {
    return at(Instant.now());
  }

  /** Moves on, or back where the duration is negative. */
  public ManualClock advance(Duration by) {
    now.updateAndGet(time -> time.plus(by));
    return this;
  }

  /** Jumps to a time. */
  public ManualClock set(Instant time) {
    now.set(time);
    return this;
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public ManualClock withZone(ZoneId other) {
    return new ManualClock(now, other);
  }

  @Override
  public String toString() {
    return now.get() + " in " + zone;
  }
}
