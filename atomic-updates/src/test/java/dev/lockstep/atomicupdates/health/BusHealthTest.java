package dev.lockstep.atomicupdates.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.port.HealthCheck.Health;
import dev.lockstep.atomicupdates.port.OwnWord;
import dev.lockstep.atomicupdates.port.ProcessControl.Run;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.ComponentSettings.Probe;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A component's own word for its health: whose it is, how old it is, and how often it counts. */
@Tag("R92")
class BusHealthTest {
  private static final String ID = "chat";
  private static final ReleaseVersion OLD = ReleaseVersion.parse("1.1.0");
  private static final ReleaseVersion V = ReleaseVersion.parse("1.2.0");
  private static final Instant START = Instant.parse("2026-11-21T17:00:00Z");
  private static final Duration BEAT = Duration.ofSeconds(5);
  private static final Duration DEADLINE = Duration.ofSeconds(12);
  private static final Duration START_DEADLINE = Duration.ofSeconds(60);

  private final ToldProcess process = new ToldProcess();
  private final WaitedTime time = new WaitedTime();
  private ComponentHealth health;
  private int said;

  @BeforeEach
  void listen() {
    process.run = new Run("start-2", START);
    ComponentSettings.HealthSettings settings =
        new ComponentSettings.HealthSettings(
            Probe.BUS,
            Optional.empty(),
            "",
            0,
            List.of(),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            2,
            DEADLINE,
            Duration.ofSeconds(8),
            Optional.of(START_DEADLINE));
    ComponentSettings component =
        new ComponentSettings(
            ID,
            ComponentSettings.Role.BACKEND,
            ComponentSettings.Announce.COMPONENT,
            new ComponentSettings.ProcessSettings(
                ComponentSettings.Control.SUPERVISED, List.of("run"), Map.of(), BEAT),
            settings,
            List.of(),
            List.of(),
            Duration.ZERO,
            Optional.empty());
    health =
        new ComponentHealth(
            Path.of("root"), Map.of(ID, component), process, Clock.systemUTC(), time);
  }

  private void says(ReleaseVersion version, String start, Instant at, String problem) {
    boolean healthy = problem.isEmpty();
    health.said(
        ID, new OwnWord("m" + said++, version, healthy, problem, start, at, BEAT.multipliedBy(3)));
  }

  /** From then on, with every heartbeat. */
  private void saysFrom(Duration first, Duration until, String start, String problem) {
    for (Duration at = first; at.compareTo(until) <= 0; at = at.plus(BEAT)) {
      Instant now = START.plus(at);
      time.at(at, () -> says(V, start, now, problem));
    }
  }

  private Health await() throws InterruptedException {
    return health.await(ID, V, true);
  }

  @Test
  void await_itSaysSoTwice_isHealthySinceTheFirst() throws InterruptedException {
    saysFrom(Duration.ofSeconds(2), Duration.ofSeconds(60), "start-2", "");

    assertThat(await().problem()).isNull();
    // Two words, at 2 s and at 7 s, and the window of 8 s; asked every second.
    assertThat(time.passed()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(17));
  }

  @Test
  void await_oneWordHeardOverAndOver_countsOnce() throws InterruptedException {
    time.at(Duration.ofSeconds(2), () -> says(V, "start-2", START.plusSeconds(2), ""));

    assertThat(await().problem())
        .startsWith(
            "chat 1.2.0 has not announced itself on the bus since 2026-11-21T17:00:02Z for ");
  }

  @Test
  void await_wordOfTheProcessBefore_doesNotCount() throws InterruptedException {
    says(OLD, "start-1", START.minusSeconds(1), "");
    // It was on its way, or its clock was ahead.
    saysFrom(Duration.ofSeconds(1), START_DEADLINE, "start-1", "");

    assertThat(await().problem())
        .startsWith(
            "chat 1.2.0 has not announced itself on the bus since it was started for 60 s; last log");
    assertThat(time.passed()).isEqualTo(START_DEADLINE);
  }

  @Test
  void await_wordWithoutAStart_countsWhereItIsOfAfterTheStart() throws InterruptedException {
    says(V, "", START.minusMillis(1), "");
    assertThat(health.ask(ID)).contains("has not announced itself on the bus since it was started");

    says(V, "", START, "");
    assertThat(health.ask(ID)).isEmpty();
  }

  @Test
  void await_slowStartThenWell_isHealthy() throws InterruptedException {
    saysFrom(Duration.ofSeconds(58), Duration.ofSeconds(80), "start-2", "");

    assertThat(await().problem()).isNull();
  }

  @Test
  void await_saysThatItIsNotHealthy_revertsWithItsReason() throws InterruptedException {
    saysFrom(Duration.ofSeconds(2), Duration.ofSeconds(60), "start-2", "its store is locked");

    assertThat(await().problem())
        .startsWith("chat 1.2.0 says that it is not healthy (its store is locked) for 12 s; last");
    assertThat(time.passed()).isBetween(Duration.ofSeconds(14), Duration.ofSeconds(15));
  }

  @Test
  void await_announcesAnotherVersion_isNotHealthy() throws InterruptedException {
    for (int second = 1; second < 30; second += 5) {
      Instant at = START.plusSeconds(second);
      time.at(Duration.ofSeconds(second), () -> says(OLD, "start-2", at, ""));
    }

    assertThat(await().problem()).startsWith("chat 1.2.0 announces itself as 1.1.0 for 12 s");
  }

  @Test
  void await_fallsSilentInTheWindow_isNotHealthy() throws InterruptedException {
    says(V, "start-2", START, "");
    time.at(Duration.ofSeconds(1), () -> says(V, "start-2", START.plusSeconds(1), ""));
    time.at(Duration.ofSeconds(2), () -> says(V, "start-2", START.plusSeconds(2), "no more"));

    assertThat(await().problem())
        .contains("says that it is not healthy (no more) at the end of its health window");
  }

  @Test
  void await_processDiesAfterGoodWords_endsAtOnce() throws InterruptedException {
    saysFrom(Duration.ofSeconds(1), Duration.ofSeconds(60), "start-2", "");
    time.at(
        Duration.ofSeconds(9),
        () -> {
          process.crashes = 4;
          process.within = Duration.ofSeconds(20);
        });

    assertThat(await().problem())
        .isEqualTo(
            "chat 1.2.0 exited 4 times in 20 s, last exit code 3; last log lines: no database | giving up");
    assertThat(time.passed()).isLessThan(Duration.ofSeconds(11));
  }

  @Test
  void ask_betweenTwoEndsInARow_isNotHealthyBeforeItStays() throws InterruptedException {
    process.crashes = 3;
    process.within = Duration.ofSeconds(12);
    Instant born = Clock.systemUTC().instant();
    process.run = new Run("start-2", born);
    says(V, "start-2", born, "");

    assertThat(health.ask(ID)).contains("keeps ending: exited 3 times in 12 s, last exit code 3");

    process.run = new Run("start-2", born.minusSeconds(9));
    assertThat(health.ask(ID)).isEmpty();
  }
}
