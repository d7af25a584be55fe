package dev.lockstep.versionmanagement.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.testkit.ManualClock;
import dev.lockstep.versionmanagement.port.Alarms.Alarm;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R30")
class QuartzAlarmsTest {
  private final Clock clock = Clock.systemUTC();
  private final List<Alarm> rung = new CopyOnWriteArrayList<>();

  @Test
  void set_time_ringsOnceThenAndNotBefore() {
    try (QuartzAlarms alarms = new QuartzAlarms(clock, rung::add)) {
      Instant at = clock.instant().plusMillis(300);
      alarms.set(Alarm.CHECK, at);
      alarms.set(Alarm.REPORT, clock.instant().plus(Duration.ofHours(1)));

      await().atMost(Duration.ofSeconds(20)).until(() -> !rung.isEmpty());
      assertThat(clock.instant()).isAfterOrEqualTo(at);
      assertThat(rung).containsExactly(Alarm.CHECK);
    }
  }

  @Test
  void set_past_ringsAtOnceAndCanBeSetAgainFromTheRing() {
    QuartzAlarms[] self = new QuartzAlarms[1];
    try (QuartzAlarms alarms =
        new QuartzAlarms(
            clock,
            alarm -> {
              rung.add(alarm);
              if (rung.size() < 3) {
                self[0].set(alarm, clock.instant());
              }
            })) {
      self[0] = alarms;
      alarms.set(Alarm.DEPLOYMENT, clock.instant().minusSeconds(5));

      await().atMost(Duration.ofSeconds(20)).until(() -> rung.size() == 3);
    }
  }

  @Test
  void setAgainAndClear_earlierTime_doesNotRing() {
    try (QuartzAlarms alarms = new QuartzAlarms(clock, rung::add)) {
      Instant soon = clock.instant().plusMillis(400);
      alarms.set(Alarm.CHECK, soon);
      alarms.set(Alarm.CHECK, clock.instant().plus(Duration.ofHours(1)));
      alarms.set(Alarm.REPORT, soon);
      alarms.clear(Alarm.REPORT);
      alarms.set(Alarm.HOUSEKEEPING, clock.instant().plusMillis(800));

      await().atMost(Duration.ofSeconds(20)).until(() -> !rung.isEmpty());
      assertThat(rung).containsExactly(Alarm.HOUSEKEEPING);
    }
  }

  @Test
  void set_byAClockOfItsOwn_ringsWhenThatClockSaysSo() {
    ManualClock manual = ManualClock.at("2030-01-01T00:00:00Z");
    try (QuartzAlarms alarms = new QuartzAlarms(manual, rung::add)) {
      alarms.set(Alarm.CHECK, manual.instant().plusMillis(200));
      manual.advance(Duration.ofMillis(200));

      await().atMost(Duration.ofSeconds(20)).until(() -> !rung.isEmpty());
    }
  }

  @Test
  void close_twice_isHarmlessAndNothingRings() {
    QuartzAlarms alarms = new QuartzAlarms(clock, rung::add);
    alarms.set(Alarm.CHECK, clock.instant().plus(Duration.ofHours(1)));
    alarms.close();
    alarms.close();
    alarms.set(Alarm.CHECK, clock.instant());

    assertThat(rung).isEmpty();
  }
}
