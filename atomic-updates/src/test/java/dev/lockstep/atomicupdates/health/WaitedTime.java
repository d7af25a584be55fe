package dev.lockstep.atomicupdates.health;

import java.time.Duration;
import java.util.TreeMap;

/** Time that only passes where it is waited; at set times something happens. */
final class WaitedTime implements Ticks {
  /** What happens at a time. */
  @FunctionalInterface
  interface Happening {
    void happen() throws Exception;
  }

  private static final long BEGIN = 1_000_000_000_000L;
  private final TreeMap<Long, Happening> happenings = new TreeMap<>();
  private long now = BEGIN;

  /** Something happens once so much time has passed. */
  void at(Duration after, Happening happening) {
    happenings.put(BEGIN + after.toNanos(), happening);
  }

  Duration passed() {
    return Duration.ofNanos(now - BEGIN);
  }

  @Override
  public long nanos() {
    return now;
  }

  @Override
  public void sleep(long nanos) {
    now += nanos;
    while (!happenings.isEmpty() && happenings.firstKey() <= now) {
      try {
        happenings.pollFirstEntry().getValue().happen();
      } catch (Exception failed) {
        throw new IllegalStateException(failed);
      }
    }
  }
}
