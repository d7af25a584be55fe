package dev.lockstep.versionmanagement.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R37")
class PreferredTimeTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final PreferredTime HALF_PAST_TWO = new PreferredTime(LocalTime.of(2, 30), BERLIN);

  @Test
  void next_beforeAndAfterTheTime_isTodayAndTomorrow() {
    assertThat(HALF_PAST_TWO.next(Instant.parse("2026-06-01T00:29:59Z")))
        .isEqualTo("2026-06-01T00:30:00Z");
    assertThat(HALF_PAST_TWO.next(Instant.parse("2026-06-01T00:30:00Z")))
        .isEqualTo("2026-06-02T00:30:00Z");
  }

  @Test
  void next_clocksGoForward_runsOnceThatDay() {
    // 02:30 does not exist on 2026-03-29: it is moved to 03:30 summer time.
    List<Instant> runs = runsBetween("2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z");

    assertThat(runs)
        .containsExactly(
            Instant.parse("2026-03-29T01:30:00Z"), Instant.parse("2026-03-30T00:30:00Z"));
  }

  @Test
  void next_clocksGoBack_runsOnceThatDay() {
    // 02:30 exists twice on 2026-10-25: the first one, still summer time, counts.
    List<Instant> runs = runsBetween("2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z");

    assertThat(runs)
        .containsExactly(
            Instant.parse("2026-10-25T00:30:00Z"), Instant.parse("2026-10-26T01:30:00Z"));
  }

  @Test
  void next_startedBetweenTheTwoHalfPastTwos_waitsForTheNextDay() {
    assertThat(HALF_PAST_TWO.next(Instant.parse("2026-10-25T01:00:00Z")))
        .isEqualTo("2026-10-26T01:30:00Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Europe/Berlin",
        "America/Sao_Paulo",
        "Australia/Lord_Howe",
        "Africa/Cairo",
        "Pacific/Apia",
        "UTC"
      })
  void next_overTwoYears_isExactlyOncePerDate(String zone) {
    for (LocalTime time : List.of(LocalTime.MIDNIGHT, LocalTime.of(2, 30), LocalTime.of(23, 59))) {
      PreferredTime preferred = new PreferredTime(time, ZoneId.of(zone));
      Instant at = Instant.parse("2025-12-31T12:00:00Z");
      LocalDate before = null;
      for (int day = 0; day < 730; day++) {
        at = preferred.next(at);
        LocalDate date = at.atZone(ZoneId.of(zone)).toLocalDate();
        assertThat(before == null || date.equals(before.plusDays(1)))
            .as("%s %s after %s", zone, date, before)
            .isTrue();
        before = date;
      }
    }
  }

  private static List<Instant> runsBetween(String from, String to) {
    List<Instant> runs = new ArrayList<>();
    Instant at = HALF_PAST_TWO.next(Instant.parse(from));
    while (at.isBefore(Instant.parse(to))) {
      runs.add(at);
      at = HALF_PAST_TWO.next(at.plus(Duration.ZERO));
    }
    return runs;
  }
}
