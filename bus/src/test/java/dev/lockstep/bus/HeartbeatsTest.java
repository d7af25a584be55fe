package dev.lockstep.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** Which announcements are due with a heartbeat. */
class HeartbeatsTest {
  private Duration pace = Duration.ZERO;
  private final TestClock clock = new TestClock();
  private final Heartbeats<String, String> heartbeats =
      new Heartbeats<>(Duration.ofSeconds(10), () -> pace, clock);

  /** How many of the heartbeats of ten minutes announce it. */
  private int announcedInTenMinutes() {
    int announced = 0;
    for (int beat = 0; beat < 60; beat++) {
      announced += heartbeats.isDue("kiosk", "as before") ? 1 : 0;
      clock.now = clock.now.plusSeconds(10);
    }
    return announced;
  }

  @Test
  void isDue_fewParticipants_withEachHeartbeat() {
    assertThat(announcedInTenMinutes()).isEqualTo(60);
    assertThat(heartbeats.awaySeconds()).isEqualTo(30);
  }

  @Test
  void isDue_manyParticipants_soonAsFarApartAsTheyWant() {
    pace = Duration.ofSeconds(60);
    assertThat(announcedInTenMinutes()).as("twelve at once, then one a minute").isEqualTo(20);
    assertThat(announcedInTenMinutes()).isEqualTo(10);
    assertThat(heartbeats.awaySeconds()).as("nobody counts as away meanwhile").isEqualTo(180);
  }

  @Test
  void isDue_manyParticipantsAndAChange_atOnce() {
    pace = Duration.ofSeconds(60);
    announcedInTenMinutes();
    assertThat(heartbeats.isDue("kiosk", "as before")).isFalse();
    for (int beat = 0; beat < 12; beat++) {
      assertThat(heartbeats.isDue("kiosk", "another version")).isTrue();
    }
    assertThat(heartbeats.isDue("kiosk", "another version")).isFalse();
    assertThat(heartbeats.isDue("other", "as before")).isTrue();
  }

  @Test
  void again_manyParticipants_everythingIsDue() {
    pace = Duration.ofSeconds(60);
    announcedInTenMinutes();
    assertThat(heartbeats.isDue("kiosk", "as before")).isFalse();
    heartbeats.again();
    assertThat(heartbeats.isDue("kiosk", "as before")).isTrue();
  }

  private static final class TestClock extends Clock {
    private Instant now = Instant.parse("2026-01-01T12:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
