package dev.lockstep.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.v1.ComponentState;
import dev.lockstep.protocol.v1.StateReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R128")
class HealthTextTest {
  private static final ComponentState.Builder BROKEN =
      ComponentState.newBuilder()
          .setDevice("kiosk-1")
          .setComponent("kiosk-ui")
          .setVersion("1.2.0")
          .setProblem("exited 4 times in 20 s, last exit code 1");

  @Test
  void status_notHealthy_saysWhyBelow() {
    StateReport report = StateReport.newBuilder().addComponents(BROKEN).build();

    assertThat(StatusText.of(report).lines())
        .containsSubsequence(
            "kiosk-1        kiosk-ui       1.2.0      -          not running",
            "    it exited 4 times in 20 s, last exit code 1");
  }

  @Test
  void status_awayOrRunning_saysNothingMore() {
    StateReport report =
        StateReport.newBuilder()
            .addComponents(BROKEN.clone().setAway(true))
            .addComponents(BROKEN.clone().setRunning(true).clearProblem())
            .build();

    assertThat(StatusText.of(report)).doesNotContain("exited").doesNotContain("    it");
  }
}
