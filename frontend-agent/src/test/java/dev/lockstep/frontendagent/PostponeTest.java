package dev.lockstep.frontendagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.RestartScheduled;
import dev.lockstep.protocol.v1.ScheduleRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("R112")
class PostponeTest {
  @TempDir Path folder;
  private AgentBench bench;
  private List<Received<ScheduleRequest>> asked;

  @BeforeEach
  void open() throws Exception {
    bench = new AgentBench(folder);
    asked = bench.heard(Topics.SCHEDULE_REQUEST);
    bench.frontend.postpone = Optional.of(Duration.ofMinutes(10));
    bench.start();
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private void notice(String id, boolean postponable) {
    Instant now = Instant.now();
    RestartScheduled.Builder notice =
        RestartScheduled.newBuilder()
            .setNoticeId(id)
            .setPlannedAt(time(now.plusSeconds(300)))
            .setServerTime(time(now))
            .setReason("update");
    if (postponable) {
      notice.setPostponableUntil(time(now.plusSeconds(300)));
    }
    bench.hub.publish(Topics.RESTART_SCHEDULED, notice.build());
  }

  private static com.google.protobuf.Timestamp time(Instant at) {
    return com.google.protobuf.Timestamp.newBuilder().setSeconds(at.getEpochSecond()).build();
  }

  @Test
  void notice_frontendAnswersLater_theHubIsAskedToPostpone() {
    notice("plan", true);
    await().until(() -> !asked.isEmpty());
    ScheduleRequest request = asked.get(0).payload();
    assertThat(request.getAction()).isEqualTo(ScheduleRequest.Action.ACTION_POSTPONE);
    assertThat(request.getPostponeBy().getSeconds()).isEqualTo(600);
    assertThat(request.getDevice()).isEqualTo("kiosk-1");
    assertThat(request.getComponent()).isEqualTo("kiosk-ui");
    assertThat(request.getRequestedBy()).isEqualTo("kiosk-1/kiosk-ui");
    assertThat(bench.broker.refused()).as("a device's key may ask that").isZero();
  }

  @Test
  void postpone_peopleDecideLater_theHubIsAskedWhereItIsPossible() {
    bench.frontend.postpone = Optional.empty();
    assertThat(bench.agent.postpone("kiosk-ui", Duration.ofMinutes(5))).as("no plan").isFalse();
    notice("plan", true);
    await().until(() -> bench.frontend.notices.size() == 1);
    assertThat(asked).isEmpty();

    assertThat(bench.agent.postpone("kiosk-ui", Duration.ofMinutes(5))).isTrue();

    await().until(() -> !asked.isEmpty());
    assertThat(asked.get(0).payload().getPostponeBy().getSeconds()).isEqualTo(300);
  }

  @Test
  void notice_cannotBePostponed_theHubIsNotAsked() {
    notice("device", false);
    await().until(() -> bench.frontend.notices.size() == 1);
    notice("plan", true);
    await().until(() -> !asked.isEmpty());
    assertThat(asked).as("only for the plan").hasSize(1);
  }
}
