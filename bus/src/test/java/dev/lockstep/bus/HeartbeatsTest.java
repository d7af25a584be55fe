package dev.lockstep.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.bus.memory.InMemoryBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Which announcements are due with a heartbeat, and how long they hold. */
class HeartbeatsTest {
  private Duration pace = Duration.ZERO;
  private final InMemoryBroker time = InMemoryBroker.deterministic(1);
  private final Heartbeats<String, String> heartbeats =
      new Heartbeats<>(Duration.ofSeconds(10), () -> pace, time.clock());
  private Instant holdsUntil = Instant.MIN;

  /** The seconds after which those count as away that were announced in ten minutes. */
  private List<Integer> tenMinutes(String announcement) {
    List<Integer> announced = new ArrayList<>();
    for (int beat = 0; beat < 60; beat++) {
      if (beat > 0) {
        assertThat(holdsUntil).as("never away").isAfter(time.clock().instant());
      }
      OptionalInt seconds = heartbeats.due("kiosk", announcement);
      if (seconds.isPresent()) {
        announced.add(seconds.getAsInt());
        holdsUntil = time.clock().instant().plusSeconds(seconds.getAsInt());
      }
      time.advance(Duration.ofSeconds(10));
    }
    return announced;
  }

  @Test
  void due_fewParticipants_withEachHeartbeat() {
    assertThat(tenMinutes("as before")).hasSize(60).containsOnly(30);
  }

  @Test
  void due_manyParticipants_soonAsFarApartAsTheyWant() {
    pace = Duration.ofSeconds(60);
    List<Integer> first = tenMinutes("as before");
    assertThat(first).as("twelve with each heartbeat, then one a minute").hasSize(20);
    assertThat(first.subList(0, 11)).containsOnly(30);
    assertThat(first.subList(11, 20)).containsOnly(180);
    assertThat(tenMinutes("as before")).hasSize(10).containsOnly(180);
  }

  @Test
  void due_paceChanges_isSaidOnceAndNotTwelveTimes() {
    pace = Duration.ofSeconds(60);
    tenMinutes("as before");
    pace = Duration.ofSeconds(50);
    assertThat(heartbeats.due("kiosk", "as before")).hasValue(150);
    time.advance(Duration.ofSeconds(10));
    assertThat(heartbeats.due("kiosk", "as before")).isEmpty();
  }

  @Test
  void due_manyParticipantsAndAChange_isSaidAtOnceAndWithTheNextHeartbeats() {
    pace = Duration.ofSeconds(60);
    tenMinutes("as before");
    assertThat(heartbeats.due("kiosk", "as before")).isEmpty();
    assertThat(tenMinutes("another version")).hasSize(20);
    assertThat(heartbeats.due("other", "as before")).hasValue(30);
  }

  @Test
  void now_manyParticipants_theNextHeartbeatsSayItToo() {
    pace = Duration.ofSeconds(60);
    tenMinutes("as before");
    assertThat(heartbeats.now("kiosk", "as before")).isEqualTo(30);
    holdsUntil = time.clock().instant().plusSeconds(30);
    time.advance(Duration.ofSeconds(10));
    assertThat(tenMinutes("as before")).hasSizeGreaterThan(18);
  }

  @Test
  void again_manyParticipants_everythingIsDue() {
    pace = Duration.ofSeconds(60);
    tenMinutes("as before");
    heartbeats.due("kiosk", "as before");
    assertThat(heartbeats.due("kiosk", "as before")).isEmpty();
    heartbeats.again();
    assertThat(heartbeats.due("kiosk", "as before")).isPresent();
  }
}
