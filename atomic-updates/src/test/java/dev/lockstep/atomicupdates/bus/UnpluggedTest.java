package dev.lockstep.atomicupdates.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.DecisionRequest;
import dev.lockstep.protocol.v1.DecisionResponse;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.v1.JobState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Frontend devices without network, while their deployment runs, over the bus. */
@Tag("R108")
class UnpluggedTest {
  private static final Duration NOTICED = Duration.ofSeconds(45);
  private static final Duration ASKED = Duration.ofMinutes(16);

  @Test
  void unplugged_oldVersionFits_deploymentGoesOnAndDeviceCatchesUp() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      fleet.unplug("kiosk-2");
      fleet.install("job-1", "1.1.0");
      fleet.pass(NOTICED);
      assertThat(fleet.ends()).containsExactly("job-1 COMMITTED");
      assertThat(fleet.kiosk2.active()).hasToString("1.0.0");

      fleet.plugIn("kiosk-2", fleet.kiosk2);
      fleet.pass(NOTICED);
      assertThat(fleet.kiosk2.active()).hasToString("1.1.0");
      assertThat(fleet.ends()).containsExactly("job-1 COMMITTED", "own-1 COMMITTED");
    }
  }

  @Test
  @Tag("R26")
  void unplugged_oldVersionDoesNotFit_asksInTheStateAndProceedsByAnAnswer() {
    try (Fleet fleet = new Fleet(1, "<1.1.0")) {
      List<JobState> jobs = new ArrayList<>();
      fleet.observer.subscribe(
          Topics.STATE_REPORT, message -> jobs.addAll(0, message.payload().getJobsList()));
      fleet.unplug("kiosk-2");
      fleet.install("job-1", "1.1.0");
      fleet.pass(ASKED);

      assertThat(fleet.log).noneMatch(line -> line.startsWith("install"));
      assertThat(jobs.get(0).getQuestion())
          .isEqualTo(
              "decide: kiosk-ui on kiosk-2 (1.0.0) is away, and would not fit backend 1.1.0; proceed without, wait, or give up");

      DecisionResponse answer = decide(fleet, "job-1", DecisionRequest.Action.ACTION_PROCEED);
      assertThat(answer.getAccepted()).isTrue();
      fleet.pass(NOTICED);
      assertThat(fleet.ends()).containsExactly("job-1 COMMITTED");
      assertThat(fleet.backend.active()).hasToString("1.1.0");

      fleet.plugIn("kiosk-2", fleet.kiosk2);
      fleet.pass(NOTICED);
      assertThat(fleet.kiosk2.active()).hasToString("1.1.0");
    }
  }

  @Test
  void unplugged_askedAndReturns_theQuestionIsGoneAndAllAreInstalled() {
    try (Fleet fleet = new Fleet(1, "<1.1.0")) {
      fleet.unplug("kiosk-2");
      fleet.install("job-1", "1.1.0");
      fleet.pass(ASKED);
      fleet.plugIn("kiosk-2", fleet.kiosk2);
      fleet.pass(NOTICED);
      assertThat(fleet.ends()).containsExactly("job-1 COMMITTED");
      assertThat(fleet.kiosk2.active()).hasToString("1.1.0");
      assertThat(decide(fleet, "", DecisionRequest.Action.ACTION_GIVE_UP).getError().getCode())
          .isEqualTo(ErrorCode.ERROR_CODE_DEPLOYMENT_NOTHING_ASKED);
    }
  }

  @Test
  void unplugged_hubIsKilledWhileItAsks_itStillAsks() {
    try (Fleet fleet = new Fleet(1, "<1.1.0")) {
      fleet.unplug("kiosk-2");
      fleet.install("job-1", "1.1.0");
      fleet.pass(ASKED);
      fleet.killHub();
      fleet.startHub();
      fleet.pass(Duration.ofSeconds(1));
      DecisionResponse answer = decide(fleet, "", DecisionRequest.Action.ACTION_GIVE_UP);
      assertThat(answer.getAccepted()).isTrue();
      assertThat(answer.getJobId()).isEqualTo("job-1");
      fleet.pass(Duration.ofSeconds(5));
      assertThat(fleet.ends()).containsExactly("job-1 REFUSED");
      assertThat(fleet.log).noneMatch(line -> line.startsWith("install"));
    }
  }

  private static DecisionResponse decide(Fleet fleet, String job, DecisionRequest.Action action) {
    List<DecisionResponse> answers = new ArrayList<>();
    fleet.observer.subscribe(Topics.DECISION_RESPONSE, message -> answers.add(message.payload()));
    fleet.publish(
        Topics.DECISION_REQUEST,
        DecisionRequest.newBuilder().setJobId(job).setAction(action).setRequestedBy("ann").build());
    fleet.pass(Duration.ofSeconds(1));
    return answers.get(0);
  }
}
