package dev.lockstep.versionmanagement;

import static dev.lockstep.versionmanagement.domain.Samples.backend;
import static dev.lockstep.versionmanagement.domain.Samples.frontend;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.DownloadRequest;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.v1.InstallOutcome;
import dev.lockstep.protocol.v1.PolicyDecision;
import dev.lockstep.protocol.v1.PolicyRequest;
import dev.lockstep.protocol.v1.RestartScheduled;
import dev.lockstep.protocol.v1.RevertRequest;
import dev.lockstep.protocol.v1.ScheduleRequest.Action;
import dev.lockstep.protocol.v1.WithheldRelease;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureAndPolicyTest {
  private static final Map<String, String> BOTH = Map.of("backend", "1.1.0", "kiosk-ui", "1.1.0");

  @TempDir private Path folder;
  private TestHub hub;

  @BeforeEach
  void hub() {
    hub = new TestHub(new TestSettings(folder));
    hub.source.has(backend("1.1.0", "1.1.0"), frontend("1.1.0", "^1.0.0"));
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private DownloadRequest downloading() {
    hub.start().withApp();
    return hub.hear(
        Topics.DOWNLOAD_REQUEST, request -> hub.offered(request.getOffer()).equals(BOTH));
  }

  /** Everything is staged. */
  private String staged() {
    DownloadRequest request = downloading();
    hub.stage(request);
    hub.awaitJob(request.getJobId(), "STAGED");
    return request.getJobId();
  }

  /** Somebody wants it now. */
  private String installing() {
    String job = staged();
    assertThat(hub.schedule(Action.ACTION_NOW).getAccepted()).isTrue();
    hub.hear(Topics.INSTALL_REQUEST, request -> request.getJobId().equals(job));
    return job;
  }

  @Test
  @Tag("R179")
  void reverted_release_isNotTriedAgainByItself() {
    String job = installing();
    hub.installed(job, "hub", "backend", InstallOutcome.INSTALL_OUTCOME_REVERTED);
    hub.installed(job, "", "", InstallOutcome.INSTALL_OUTCOME_REVERTED);
    hub.awaitJob(job, "REVERTED");
    hub.forget();

    var response = hub.check();
    assertThat(response.getWithheldList())
        .extracting(WithheldRelease::getComponent)
        .containsExactly("backend", "kiosk-ui");
    assertThat(response.getWithheld(0).getReason())
        .isEqualTo("reverted on 2026-06-01 12:00: it is unhealthy; ask for it with --again");
    hub.pass(Duration.ofDays(30));
    hub.state();
    assertThat(hub.said(Topics.DOWNLOAD_REQUEST)).isEmpty();
  }

  @Test
  @Tag("R179")
  void reverted_thenNewerAppears_isOfferedWithItsCompanion() {
    String job = installing();
    hub.installed(job, "hub", "backend", InstallOutcome.INSTALL_OUTCOME_REVERTED);
    hub.installed(job, "", "", InstallOutcome.INSTALL_OUTCOME_REVERTED);
    hub.awaitJob(job, "REVERTED");
    hub.stop();
    hub.forget();
    hub.source.has(
        backend("1.1.0", "1.1.0"), backend("1.1.1", "1.1.1"), frontend("1.1.0", "^1.0.0"));

    hub.start();
    hub.pass(Duration.ofSeconds(15));

    assertThat(hub.offered(hub.hearDownload().getOffer()))
        .isEqualTo(Map.of("backend", "1.1.1", "kiosk-ui", "1.1.0"));
  }

  @Test
  void stagingFailed_anywhere_endsTheDeploymentAndIsTriedAgainAfterAPause() {
    DownloadRequest request = downloading();
    hub.peer.publish(
        Topics.DOWNLOAD_COMPLETE,
        dev.lockstep.protocol.v1.DownloadComplete.newBuilder()
            .setJobId(request.getJobId())
            .setDevice("kiosk-2")
            .setComponent("kiosk-ui")
            .setVersion("1.1.0")
            .setOutcome(dev.lockstep.protocol.v1.DownloadOutcome.DOWNLOAD_OUTCOME_FAILED)
            .build());
    hub.awaitJob(request.getJobId(), "FAILED");
    hub.hear(Topics.DOWNLOAD_CANCEL, one -> one.getJobId().equals(request.getJobId()));
    hub.forget();
    assertThat(hub.check().getResult().name()).isEqualTo("CHECK_RESULT_UP_TO_DATE");

    hub.pass(Duration.ofMinutes(5));

    DownloadRequest second = hub.hearDownload();
    assertThat(second.getJobId()).isNotEqualTo(request.getJobId());
  }

  @Test
  @Tag("R36")
  void hold_scheduled_isTakenBackAndRefusedUntilLifted() {
    hub.settings.autoInstall = true;
    DownloadRequest request = downloading();
    hub.stage(request);
    hub.awaitJob(request.getJobId(), "SCHEDULED");

    var held =
        hub.policy(
            PolicyRequest.newBuilder()
                .setAction(PolicyRequest.Action.ACTION_HOLD)
                .setReason("fair"));
    assertThat(held.getHoldsList()).hasSize(1);
    assertThat(held.hasError()).isFalse();
    hub.hear(Topics.RESTART_SCHEDULED, RestartScheduled::getCancelled);
    hub.awaitJob(request.getJobId(), "STAGED");
    assertThat(hub.state().getOffer().getDecision()).isEqualTo(PolicyDecision.POLICY_DECISION_HELD);
    assertThat(hub.schedule(Action.ACTION_NOW).getError().getCode())
        .isEqualTo(ErrorCode.ERROR_CODE_POLICY_REFUSED);

    hub.policy(PolicyRequest.newBuilder().setAction(PolicyRequest.Action.ACTION_UNHOLD));
    hub.awaitJob(request.getJobId(), "SCHEDULED");
  }

  @Test
  void hold_withEnd_endsByItselfAndSurvivesARestart() {
    hub.settings.autoDownload = false;
    hub.start().withApp();
    hub.policy(
        PolicyRequest.newBuilder()
            .setAction(PolicyRequest.Action.ACTION_HOLD)
            .setComponent("backend")
            .setUntil(
                Timestamp.newBuilder()
                    .setSeconds(hub.clock.instant().plusSeconds(60).getEpochSecond())));
    hub.stop();
    hub.start();
    assertThat(hub.state().getOffer().getDecision()).isEqualTo(PolicyDecision.POLICY_DECISION_HELD);

    hub.forget();
    hub.pass(Duration.ofSeconds(60));
    hub.hear(Topics.POLICY_CHANGED, policy -> policy.getHoldsCount() == 0);
    await()
        .atMost(TestHub.SOON)
        .until(() -> hub.state().getOffer().getDecision() == PolicyDecision.POLICY_DECISION_REPORT);
  }

  @Test
  void skip_version_isNeverOfferedUntilTakenBack() {
    hub.settings.autoDownload = false;
    hub.start().withApp();
    PolicyRequest.Builder skip =
        PolicyRequest.newBuilder()
            .setAction(PolicyRequest.Action.ACTION_SKIP)
            .setComponent("backend")
            .setVersion("1.1.0");

    assertThat(hub.policy(skip).getSkipsList()).hasSize(1);
    assertThat(hub.offered(hub.check().getOffer())).isEqualTo(Map.of("kiosk-ui", "1.1.0"));
    assertThat(hub.policy(skip.setAction(PolicyRequest.Action.ACTION_UNSKIP)).getSkipsList())
        .isEmpty();
    assertThat(hub.offered(hub.check().getOffer())).isEqualTo(BOTH);
  }

  @Test
  void policy_nonsense_isRefusedAndChangesNothing() {
    hub.start().withApp();

    for (PolicyRequest.Builder request :
        java.util.List.of(
            PolicyRequest.newBuilder(),
            PolicyRequest.newBuilder().setAction(PolicyRequest.Action.ACTION_UNHOLD),
            PolicyRequest.newBuilder()
                .setAction(PolicyRequest.Action.ACTION_HOLD)
                .setComponent("toaster"),
            PolicyRequest.newBuilder()
                .setAction(PolicyRequest.Action.ACTION_HOLD)
                .setUntil(Timestamp.newBuilder().setSeconds(5)),
            PolicyRequest.newBuilder()
                .setAction(PolicyRequest.Action.ACTION_SKIP)
                .setComponent("backend")
                .setVersion("v1"))) {
      var answer = hub.policy(request);
      assertThat(answer.getError().getCode()).isEqualTo(ErrorCode.ERROR_CODE_POLICY_REFUSED);
      assertThat(answer.getHoldsCount() + answer.getSkipsCount()).isZero();
    }
  }

  @Test
  void revertRequest_ofAPerson_keepsTheVersionFromComingBackByItself() {
    hub.source.has(backend("1.0.0", "1.0.0"));
    hub.start().withApp();
    hub.peer.publish(
        Topics.REVERT_REQUEST,
        RevertRequest.newBuilder().setComponent("backend").setRequestedBy("alex").build());
    hub.state();
    hub.backend("0.9.0");
    hub.state();

    var response = hub.check("backend");

    assertThat(response.getResult().name()).isEqualTo("CHECK_RESULT_UP_TO_DATE");
    assertThat(response.getWithheld(0).getReason()).contains("alex went back from it");
  }
}
