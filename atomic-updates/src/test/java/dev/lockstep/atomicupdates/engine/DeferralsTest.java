package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.deployment.ManualClock;
import dev.lockstep.atomicupdates.journal.Database;
import dev.lockstep.atomicupdates.journal.DeferralJournal;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.port.Participants.Inhibited;
import dev.lockstep.config.DeploymentSettings;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("R14")
class DeferralsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final ReleaseVersion V11 = ReleaseVersion.parse("1.1.0");
  private static final ReleaseVersion V12 = ReleaseVersion.parse("1.2.0");
  private static final DeploymentSettings SETTINGS =
      new DeploymentSettings(
          1,
          0,
          DeploymentSettings.FrontendFailure.KEEP,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofDays(1),
          3,
          Duration.ofHours(4),
          1,
          Duration.ofMinutes(30));

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(NOW);
  private Database database;
  private Deferrals deferrals;

  @BeforeEach
  void start() {
    database = Database.open(folder.resolve("atomic.db"), FaultPoints.NONE);
    deferrals = new Deferrals(new DeferralJournal(database), SETTINGS, clock);
  }

  @AfterEach
  void stop() {
    database.close();
  }

  private Optional<Inhibited> hear(ReleaseVersion to, boolean critical, Duration wanted) {
    Inhibited notNow = new Inhibited("kiosk-ui", "busy", clock.instant().plus(wanted));
    return deferrals.hear("backend", to, critical, notNow);
  }

  private void restart() {
    stop();
    start();
  }

  @Test
  void hear_asOftenAsAllowed_thenGoesOnAlsoOverRestarts() {
    for (int i = 1; i <= 3; i++) {
      assertThat(hear(V11, false, Duration.ofMinutes(10))).as("number %d", i).isPresent();
      clock.advance(Duration.ofMinutes(11));
      restart();
    }
    assertThat(hear(V11, false, Duration.ofMinutes(10))).isEmpty();
    assertThat(hear(V12, false, Duration.ofMinutes(10))).as("another update").isPresent();
  }

  @Test
  void hear_again_whileTheLastOneStands_doesNotCount() {
    for (int i = 0; i < 20; i++) {
      assertThat(hear(V11, false, Duration.ofMinutes(60))).isPresent();
      clock.advance(Duration.ofMinutes(1));
    }
  }

  @Test
  void hear_longerThanTheTotal_isCutToItAndThenNotHeard() {
    assertThat(hear(V11, false, Duration.ofDays(300)).orElseThrow().until())
        .isEqualTo(NOW.plus(Duration.ofHours(4)));
    clock.advance(Duration.ofHours(4));
    restart();
    assertThat(hear(V11, false, Duration.ofMinutes(1))).isEmpty();
  }

  @Test
  @Tag("R34")
  void hear_criticalRelease_isShortened() {
    assertThat(hear(V11, true, Duration.ofHours(3)).orElseThrow().until())
        .isEqualTo(NOW.plus(Duration.ofMinutes(30)));
    clock.advance(Duration.ofMinutes(30));
    assertThat(hear(V11, true, Duration.ofMinutes(1))).isEmpty();
  }

  @Test
  void over_updateWentOn_countsFromTheBeginning() {
    for (int i = 0; i < 3; i++) {
      hear(V11, false, Duration.ofMinutes(1));
      clock.advance(Duration.ofMinutes(2));
    }
    deferrals.over("backend", V11);
    assertThat(hear(V11, false, Duration.ofMinutes(1))).isPresent();
  }
}
