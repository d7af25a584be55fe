package dev.lockstep.frontendagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.ComponentState;
import dev.lockstep.protocol.v1.StateReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is announced of a frontend that does not run. */
class NotRunningTest {
  @TempDir Path folder;

  @Test
  void announce_notRunning_saysWhatIsKnownBestOfWhy() throws IOException {
    AgentBench bench = new AgentBench(folder);
    try {
      saysWhatIsKnownBest(bench);
    } finally {
      bench.close();
    }
  }

  private static void saysWhatIsKnownBest(AgentBench bench) {
    List<Received<ComponentAnnounce>> announced = bench.heard(Topics.COMPONENT_ANNOUNCE);
    bench.running = false;
    bench.start();
    await().until(() -> AgentBench.last(announced).getProblem().equals("did not answer"));
    assertThat(AgentBench.last(announced).getRunning()).isFalse();

    starterSays(bench, "exited 4 times in 20 s, last exit code 1");
    await().until(() -> AgentBench.last(announced).getProblem().startsWith("exited 4 times"));

    bench.running = true;
    await().until(() -> AgentBench.last(announced).getRunning());
    assertThat(AgentBench.last(announced).getProblem()).isEmpty();
  }

  private static void starterSays(AgentBench bench, String problem) {
    bench.hub.publish(
        Topics.STATE_REPORT,
        StateReport.newBuilder()
            .setDevice("kiosk-1")
            .setService("atomic-updates")
            .addComponents(
                ComponentState.newBuilder()
                    .setDevice("kiosk-1")
                    .setComponent("kiosk-ui")
                    .setProblem(problem))
            .build());
  }
}
