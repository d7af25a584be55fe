package dev.lockstep.atomicupdates.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.port.ProcessControl.Exits;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which ends belong together, of supervised processes and of units. */
@Tag("R103")
class ExitRowTest {
  private static final Instant NOW = Instant.parse("2026-11-21T17:00:00Z");
  private final ExitRow row = new ExitRow();
  private final UnitExits unit = new UnitExits();

  private static Instant at(double seconds) {
    return NOW.plusMillis((long) (seconds * 1000));
  }

  @Test
  void ended_oneSoonAfterTheOther_isOneRowFromItsFirstStart() {
    for (int i = 0; i < 4; i++) {
      row.started(at(6 * i));
      row.ended(1, "exit code " + i, at(6 * i + 2));
    }

    assertThat(row.at(at(30), false))
        .isEqualTo(new Exits(4, 4, Duration.ofSeconds(20), "exit code 3"));
  }

  @Test
  void ended_afterAMinuteOfCalm_beginsAnotherRow() {
    row.started(at(0));
    row.ended(1, "exit code 1", at(1));
    row.started(at(2));
    row.ended(1, "exit code 2", at(62.001));

    assertThat(row.at(at(63), false)).isEqualTo(new Exits(2, 1, Duration.ZERO, "exit code 2"));
  }

  @Test
  void ended_atTheEndOfTheMinute_isStillOfTheRow() {
    row.started(at(0));
    row.ended(1, "exit code 1", at(1));
    row.started(at(2));
    row.ended(1, "exit code 2", at(62));

    assertThat(row.at(at(63), false).row()).isEqualTo(2);
  }

  @Test
  void at_livesLongAfterTheRow_itIsOver() {
    row.started(at(0));
    row.ended(1, "exit code 1", at(1));
    row.started(at(2));

    assertThat(row.at(at(62), true).row()).isEqualTo(1);
    assertThat(row.at(at(62.001), true).row()).isZero();
    assertThat(row.at(at(62.001), true).count()).isEqualTo(1);
  }

  /** What systemd says: restarts, the start of the main process, its last exit. */
  private static Map<String, String> says(String restarts, long start, int exit) {
    Map<String, String> properties = new HashMap<>();
    if (restarts != null) {
      properties.put("NRestarts", restarts);
    }
    properties.put("ExecMainStartTimestampMonotonic", Long.toString(start));
    properties.put("ExecMainStatus", Integer.toString(exit));
    return properties;
  }

  @Test
  void unit_restartsCountedBySystemd_areARowFromTheStart() {
    unit.begins(says("0", 100, 0), at(0));

    assertThat(unit.seen(says("0", 100, 0), true, at(1))).isEqualTo(Exits.NONE);
    // Waits to be started again: that end is not among the restarts yet, and is counted once.
    assertThat(unit.seen(says("2", 300, 7), false, at(5)).count()).isEqualTo(3);
    assertThat(unit.seen(says("3", 400, 0), true, at(6)))
        .isEqualTo(new Exits(3, 3, Duration.ofSeconds(5), "exit code 7"));
  }

  @Test
  void unit_restartsOfLongAgo_areNoRow() {
    assertThat(unit.seen(says("5", 100, 0), true, at(0)).row()).isZero();
    assertThat(unit.seen(says("5", 100, 0), true, at(0)).count()).isEqualTo(5);
    assertThat(unit.seen(says("6", 200, 0), true, at(9)).row()).isEqualTo(1);
  }

  @Test
  void unit_startedBySomebodyMeanwhile_countsFromThere() {
    unit.begins(says("0", 100, 0), at(0));
    unit.seen(says("4", 500, 0), true, at(5));

    assertThat(unit.seen(says("0", 600, 0), true, at(6))).isEqualTo(Exits.NONE);
  }

  @Test
  void unit_systemdThatCountsNoRestarts_isToldByTheStartOfItsProcess() {
    unit.begins(says(null, 100, 0), at(0));

    assertThat(unit.seen(says(null, 100, 0), true, at(1)).count()).isZero();
    assertThat(unit.seen(says(null, 0, 1), false, at(2)).count()).isEqualTo(1);
    assertThat(unit.seen(says(null, 200, 0), true, at(3)).count()).isEqualTo(1);
    assertThat(unit.seen(says(null, 300, 0), true, at(4)).count()).isEqualTo(2);
  }
}
