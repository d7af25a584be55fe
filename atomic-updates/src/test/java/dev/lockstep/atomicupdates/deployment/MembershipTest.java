package dev.lockstep.atomicupdates.deployment;

import static dev.lockstep.atomicupdates.deployment.Steps.BACKEND;
import static dev.lockstep.atomicupdates.deployment.Steps.KIOSK_1;
import static dev.lockstep.atomicupdates.deployment.Steps.T0;
import static dev.lockstep.atomicupdates.deployment.Steps.V1;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R108")
class MembershipTest {
  private static final Duration MONTH = Duration.ofDays(30);
  private final ManualClock clock = new ManualClock(T0);
  private final MemoryJournal journal = new MemoryJournal();
  private Inventory inventory;
  private Membership membership;

  private void start() {
    inventory = new Inventory(clock);
    membership = new Membership(inventory, journal, MONTH);
    membership.recover();
  }

  private void seen(Announced announced) {
    inventory.update(announced);
    membership.seen(announced, clock.instant());
  }

  @Test
  void forgetSilent_deviceThatNeverReturned_isForgottenAfterTheTimeAlsoOverRestarts() {
    start();
    seen(Steps.backend(V1));
    seen(Steps.kiosk(KIOSK_1, V1, "^1.0.0"));
    for (int day = 1; day <= 29; day++) {
      clock.advance(Duration.ofDays(1));
      start();
      seen(Steps.backend(V1));
      membership.forgetSilent(Optional.empty(), clock.instant());
      assertThat(inventory.find(KIOSK_1)).as("day %d", day).isPresent();
    }
    clock.advance(Duration.ofDays(1).plusSeconds(1));
    start();
    membership.forgetSilent(Optional.empty(), clock.instant());

    assertThat(inventory.find(KIOSK_1)).isEmpty();
    assertThat(inventory.find(BACKEND)).isPresent();
    start();
    assertThat(inventory.find(KIOSK_1)).as("after another restart").isEmpty();
  }

  @Test
  void forgetSilent_deviceTakesPartInWhatRuns_isKeptUntilThatHasEnded() {
    start();
    seen(Steps.kiosk(KIOSK_1, V1, "^1.0.0"));
    clock.advance(MONTH.plusDays(1));
    membership.forgetSilent(Optional.of(Steps.tolerant()), clock.instant());
    assertThat(inventory.find(KIOSK_1)).isPresent();
    clock.advance(Duration.ofMinutes(2));
    membership.forgetSilent(Optional.empty(), clock.instant());
    assertThat(inventory.find(KIOSK_1)).isEmpty();
  }

  @Test
  void seen_sameAnnouncementAgain_isWrittenRarely() {
    start();
    for (int i = 0; i < 1_000; i++) {
      clock.advance(Duration.ofSeconds(10));
      seen(Steps.backend(V1));
    }
    assertThat(journal.remembered().get(0).seenAt()).isBefore(clock.instant());
    clock.advance(Duration.ofDays(3));
    seen(Steps.backend(V1));
    assertThat(journal.remembered().get(0).seenAt()).isEqualTo(clock.instant());
  }
}
