package dev.lockstep.versionmanagement.domain;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;

/**
 * A time of day in a time zone: one instant per date, also on the days on which clocks change.
 *
 * <p>A time that does not exist on a date (clocks go forward) is moved later by the length of the
 * gap; of a time that exists twice (clocks go back) the first counts.
 *
 * @param time local time
 * @param zone whose
 */
public record PreferredTime(LocalTime time, ZoneId zone) {
  /** The first such instant after the given one. */
  public Instant next(Instant after) {
    LocalDate date = after.atZone(zone).toLocalDate();
    Instant candidate = on(date);
    while (!candidate.isAfter(after)) {
      date = date.plusDays(1);
      candidate = on(date);
    }
    return candidate;
  }

  private Instant on(LocalDate date) {
    return date.atTime(time).atZone(zone).toInstant();
  }
}
