package dev.lockstep.versionmanagement;

import dev.lockstep.versionmanagement.port.Alarms;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Alarms that ring when a test says so. */
final class ManualAlarms implements Alarms, Alarms.Factory {
  private final Clock clock;
  private final Map<Alarm, Instant> times = new EnumMap<>(Alarm.class);
  private Consumer<Alarm> ring = alarm -> {};

  ManualAlarms(Clock clock) {
    this.clock = clock;
  }

  @Override
  public synchronized Alarms start(Consumer<Alarm> callback) {
    times.clear();
    ring = callback;
    return this;
  }

  @Override
  public synchronized void set(Alarm alarm, Instant at) {
    times.put(alarm, at);
  }

  @Override
  public synchronized void clear(Alarm alarm) {
    times.remove(alarm);
  }

  synchronized Optional<Instant> at(Alarm alarm) {
    return Optional.ofNullable(times.get(alarm));
  }

  /** Rings whatever is due. */
  synchronized void ringDue() {
    for (Alarm alarm : Alarm.values()) {
      Instant at = times.get(alarm);
      if (at != null && !at.isAfter(clock.instant())) {
        times.remove(alarm);
        ring.accept(alarm);
      }
    }
  }

  @Override
  public synchronized void close() {
    times.clear();
    ring = alarm -> {};
  }
}
