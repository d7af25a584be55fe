package dev.lockstep.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.bus.memory.InMemoryBroker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Which announcements are due with a heartbeat. */
class HeartbeatsTest {
  private Duration pace = Duration.ZERO;
  private final InMemoryBroker time = InMemoryBroker.deterministic(1);
  private final Heartbeats<String, String> heartbeats =
      new Heartbeats<>(Duration.ofSeconds(10), () -> pace, time.clock());

  /** How many of the heartbeats of ten minutes announce it. */
  private int announcedInTenMinutes() {
    int announced = 0;
    for (int beat = 0; beat < 60; beat++) {
      announced += heartbeats.isDue("kiosk", "as before") ? 1 : 0;
      time.advance(Duration.ofSeconds(10));
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
}
