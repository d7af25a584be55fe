package dev.lockstep.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.v1.ComponentState;
import dev.lockstep.protocol.v1.Error;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.v1.JobState;
import dev.lockstep.protocol.v1.StateReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What people are asked and why something failed stands in the status. */
@Tag("R128")
class StatusTextTest {
  private static final ComponentState BACKEND =
      ComponentState.newBuilder()
          .setDevice("hub")
          .setComponent("backend")
          .setVersion("1.1.0")
          .setRunning(true)
          .build();
  private static final StateReport HUB =
      StateReport.newBuilder()
          .setDevice("hub")
          .addComponents(BACKEND)
          .addJobs(JobState.newBuilder().setJobId("d-1").setKind("deployment"))
          .build();

  private static JobState install(String state, String to, String error) {
    return JobState.newBuilder()
        .setJobId("d-" + to)
        .setKind("install")
        .setDevice("hub")
        .setComponent("backend")
        .setToVersion(to)
        .setState(state)
        .setFinished(true)
        .setError(
            Error.newBuilder()
                .setCode(
                    error.isEmpty()
                        ? ErrorCode.ERROR_CODE_UNSPECIFIED
                        : ErrorCode.ERROR_CODE_HEALTH_FAILED)
                .setMessage(error))
        .build();
  }

  private static StateReport updates(JobState... newestFirst) {
    StateReport.Builder report = StateReport.newBuilder().addComponents(BACKEND);
    for (JobState job : newestFirst) {
      report.addJobs(job);
    }
    return report.build();
  }

  @Test
  void of_lastInstallWasReverted_saysWhyBelowTheComponent() {
    String text =
        StatusText.of(
            HubJobs.added(
                HUB,
                updates(
                    install("FAILED", "1.3.0", "cannot stage: no room"),
                    install("REVERTED", "1.2.0", "cannot keep backend 1.2.0: answered 503"),
                    install("REVERTED", "1.1.5", "cannot keep backend 1.1.5: older news"))));

    assertThat(text)
        .contains("    1.2.0 reverted at ", "cannot keep backend 1.2.0: answered")
        .doesNotContain("older news")
        .doesNotContain("no room");
    assertThat(text.lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void of_lastInstallWasCommitted_saysNothingOfEarlierFailures() {
    assertThat(
            StatusText.of(
                HubJobs.added(
                    HUB,
                    updates(
                        install("COMMITTED", "1.2.1", ""),
                        install("REVERTED", "1.2.0", "cannot keep backend 1.2.0")))))
        .doesNotContain("cannot keep");
  }

  @Test
  void of_deploymentThatAsks_showsTheQuestionAndHowToAnswer() {
    JobState asking =
        JobState.newBuilder().setJobId("d-1").setQuestion("kiosk-2 is away: go on?").build();

    StateReport known = HubJobs.added(HUB, updates(asking));
    StateReport unknown = HubJobs.added(HUB, updates(asking.toBuilder().setJobId("r-9").build()));

    assertThat(known.getJobsList()).hasSize(1);
    assertThat(unknown.getJobsList()).hasSize(2);
    assertThat(StatusText.of(known))
        .isEqualTo(StatusText.of(unknown))
        .contains("asked: kiosk-2 is away: go on?", "lockstep decide proceed, wait or give-up");
    assertThat(StatusText.of(HUB)).doesNotContain("asked");
  }
}
