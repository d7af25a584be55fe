package dev.lockstep.versionmanagement;

import static dev.lockstep.versionmanagement.domain.Samples.backend;
import static dev.lockstep.versionmanagement.domain.Samples.frontend;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.DownloadRequest;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.v1.InstallOutcome;
import dev.lockstep.protocol.v1.InstallPhase;
import dev.lockstep.protocol.v1.InstallProgress;
import dev.lockstep.protocol.v1.InstallRequest;
import dev.lockstep.protocol.v1.PolicyDecision;
import dev.lockstep.protocol.v1.ReleaseId;
import dev.lockstep.protocol.v1.RestartScheduled;
import dev.lockstep.protocol.v1.ScheduleRequest;
import dev.lockstep.protocol.v1.ScheduleRequest.Action;
import dev.lockstep.protocol.v1.ScheduleResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentFlowTest {
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

  private static long seconds(Timestamp at) {
    return at.getSeconds();
  }

  @Test
  @Tag("R32")
  @Tag("R33")
  void autoDownloadOnly_available_isDownloadedAndThenWaits() {
    DownloadRequest request = downloading();

    assertThat(request.getOffer().getReleasesList())
        .extracting(one -> one.getComponent() + one.getDevicesList())
        .containsExactly("backend[hub]", "kiosk-ui[kiosk-1, kiosk-2]");
    hub.stage(request);
    hub.awaitJob(request.getJobId(), "STAGED");
    hub.pass(Duration.ofDays(2));
    hub.awaitJob(request.getJobId(), "STAGED");
    assertThat(hub.said(Topics.INSTALL_REQUEST)).isEmpty();
  }

  @Test
  @Tag("R32")
  @Tag("R43")
  void bothOff_available_isOnlyReported() {
    hub.settings.autoDownload = false;
    hub.start().withApp();

    hub.check();

    var offer = hub.state().getOffer();
    assertThat(offer.getDecision()).isEqualTo(PolicyDecision.POLICY_DECISION_REPORT);
    assertThat(hub.said(Topics.DOWNLOAD_REQUEST)).isEmpty();
    assertThat(hub.state().getJobsList()).isEmpty();
  }

  @Test
  @Tag("R37")
  @Tag("R43")
  void bothOn_available_isInstalledAtThePreferredTimeWithoutAnyone() {
    hub.settings.autoInstall = true;
    DownloadRequest request = downloading();
    hub.stage(request);

    RestartScheduled notice =
        hub.hear(Topics.RESTART_SCHEDULED, one -> one.getJobId().equals(request.getJobId()));
    assertThat(seconds(notice.getPlannedAt()))
        .isEqualTo(Instant.parse("2026-06-02T03:00:00Z").getEpochSecond());
    assertThat(notice.getDevice()).isEmpty();
    assertThat(notice.getSupersedes()).isEmpty();
    assertThat(notice.hasExpectedDowntime()).isTrue();
    assertThat(seconds(notice.getServerTime())).isEqualTo(hub.clock.instant().getEpochSecond());
    assertThat(hub.said(Topics.INSTALL_REQUEST)).isEmpty();

    hub.pass(Duration.between(hub.clock.instant(), Instant.parse("2026-06-02T03:00:00Z")));
    InstallRequest install = hub.hear(Topics.INSTALL_REQUEST, one -> true);
    assertThat(install.getJobId()).isEqualTo(request.getJobId());
    assertThat(install.getOfferId()).isEqualTo(request.getOffer().getOfferId());
    assertThat(install.getReleasesList())
        .extracting(ReleaseId::getComponent)
        .containsExactly("backend", "kiosk-ui");
    assertThat(install.getDevicesList()).as("everybody takes part").isEmpty();
  }

  @Test
  @Tag("R34")
  @Tag("R35")
  void critical_available_isAnnouncedAndInstalledAtTheNextOpportunity() {
    hub.source.has(backend("1.1.0", "1.1.0").asCritical());
    hub.start().withApp();
    DownloadRequest request = hub.hearDownload();
    var available =
        hub.hear(Topics.AVAILABLE, one -> one.getOffer().getReleasesCount() == 1).getOffer();
    assertThat(available.getCritical()).isTrue();
    assertThat(available.getReleases(0).getCritical()).isTrue();
    assertThat(available.getDecision()).isEqualTo(PolicyDecision.POLICY_DECISION_INSTALL_NOW);
    assertThat(available.getDecisionReason()).contains("critical", "next opportunity");
    hub.stage(request);

    RestartScheduled notice = hub.hear(Topics.RESTART_SCHEDULED, one -> true);
    assertThat(seconds(notice.getPlannedAt()))
        .isEqualTo(hub.clock.instant().plusSeconds(10).getEpochSecond());
    assertThat(notice.getReason()).contains("(critical)");
    assertThat(notice.hasPostponableUntil()).isFalse();
    ScheduleResponse refused = hub.schedule(Action.ACTION_CANCEL);
    assertThat(refused.getError().getCode()).isEqualTo(ErrorCode.ERROR_CODE_SCHEDULE_REFUSED);

    hub.pass(Duration.ofMillis(9_999));
    hub.state();
    assertThat(hub.said(Topics.INSTALL_REQUEST)).as("within restart_notice").isEmpty();
    hub.pass(Duration.ofMillis(1));
    hub.hear(Topics.INSTALL_REQUEST, one -> one.getJobId().equals(request.getJobId()));
  }

  @Test
  @Tag("R36")
  void schedule_now_downloadsInstallsAndReportsTheEnd() {
    hub.settings.autoDownload = false;
    hub.start().withApp();
    hub.check();

    ScheduleResponse response = hub.schedule(Action.ACTION_NOW);
    assertThat(response.getAccepted()).isTrue();
    DownloadRequest request = hub.hearDownload();
    assertThat(request.getJobId()).isEqualTo(response.getJobId());
    hub.stage(request);
    hub.hear(Topics.INSTALL_REQUEST, one -> one.getJobId().equals(response.getJobId()));
    assertThat(hub.schedule(Action.ACTION_NOW).getJobId())
        .as("the same again while it runs")
        .isEqualTo(response.getJobId());
    assertThat(hub.schedule(Action.ACTION_PREFERRED_TIME).getError().getCode())
        .isEqualTo(ErrorCode.ERROR_CODE_INSTALL_BUSY);
    hub.installed(response.getJobId(), "hub", "backend", InstallOutcome.INSTALL_OUTCOME_COMMITTED);
    hub.installed(response.getJobId(), "", "", InstallOutcome.INSTALL_OUTCOME_COMMITTED);

    hub.awaitJob(response.getJobId(), "COMMITTED");
    assertThat(hub.state().hasOffer()).as("nothing stale is offered").isFalse();
    assertThat(hub.state().getComponentsList())
        .extracting(one -> one.getVersion())
        .containsOnly("1.1.0");
    hub.announce(
        ComponentAnnounce.newBuilder()
            .setDevice("hub")
            .setComponent("backend")
            .setVersion("1.1.0")
            .setProblem("exited 4 times in 20 s,\nlast exit code 1"));
    assertThat(hub.state().getComponentsList())
        .filteredOn(one -> !one.getRunning())
        .singleElement()
        .matches(one -> one.getProblem().equals("exited 4 times in 20 s, last exit code 1"));
    // A late announcement of the old version does not bring the offer back.
    hub.kiosk("kiosk-1", "1.0.0");
    hub.kiosk("kiosk-1", "1.1.0");
    assertThat(hub.check().getResult().name()).isEqualTo("CHECK_RESULT_UP_TO_DATE");
  }

  @Test
  @Tag("R11")
  @Tag("R36")
  void schedule_atPostponeCancel_isAnsweredAndAnnounced() {
    String job = staged();
    Instant evening = hub.clock.instant().plusSeconds(3_600);

    ScheduleResponse at =
        hub.schedule(
            ScheduleRequest.newBuilder()
                .setAction(Action.ACTION_AT)
                .setAt(Timestamp.newBuilder().setSeconds(evening.getEpochSecond())));
    assertThat(at.getJobId()).isEqualTo(job);
    assertThat(seconds(at.getPlannedAt())).isEqualTo(evening.getEpochSecond());
    RestartScheduled first = hub.hear(Topics.RESTART_SCHEDULED, one -> !one.getCancelled());

    ScheduleResponse later =
        hub.schedule(
            ScheduleRequest.newBuilder()
                .setAction(Action.ACTION_POSTPONE)
                .setPostponeBy(com.google.protobuf.Duration.newBuilder().setSeconds(600)));
    assertThat(seconds(later.getPlannedAt())).isEqualTo(evening.getEpochSecond() + 600);
    RestartScheduled moved =
        hub.hear(Topics.RESTART_SCHEDULED, one -> !one.getSupersedes().isEmpty());
    assertThat(moved.getNoticeId()).isEqualTo(first.getNoticeId());
    assertThat(moved.getSupersedes()).isEqualTo(first.getNoticeId());
    assertThat(seconds(hub.state().getNotices(0).getPlannedAt()))
        .isEqualTo(evening.getEpochSecond() + 600);
    assertThat(seconds(hub.state().getInstallPlannedAt()))
        .isEqualTo(evening.getEpochSecond() + 600);

    ScheduleResponse cancelled = hub.schedule(Action.ACTION_CANCEL);
    assertThat(cancelled.getAccepted()).isTrue();
    assertThat(cancelled.hasPlannedAt()).isFalse();
    assertThat(hub.hear(Topics.RESTART_SCHEDULED, RestartScheduled::getCancelled).getNoticeId())
        .isEqualTo(first.getNoticeId());
    hub.pass(Duration.ofHours(5));
    hub.awaitJob(job, "STAGED");
  }

  @Test
  @Tag("R112")
  void schedule_postponedAsOftenAsAllowed_isRefusedThenAndAnOperatorMayNameAnotherTime() {
    staged();
    Instant evening = hub.clock.instant().plusSeconds(3_600);
    ScheduleRequest.Builder at =
        ScheduleRequest.newBuilder()
            .setAction(Action.ACTION_AT)
            .setAt(Timestamp.newBuilder().setSeconds(evening.getEpochSecond()));
    ScheduleRequest.Builder postpone =
        ScheduleRequest.newBuilder()
            .setAction(Action.ACTION_POSTPONE)
            .setPostponeBy(com.google.protobuf.Duration.newBuilder().setSeconds(600));
    hub.schedule(at);
    for (int i = 1; i <= 3; i++) {
      assertThat(seconds(hub.schedule(postpone).getPlannedAt()))
          .isEqualTo(evening.getEpochSecond() + 600L * i);
    }
    ScheduleResponse refused = hub.schedule(postpone);
    assertThat(refused.getAccepted()).isFalse();
    assertThat(refused.getError().getMessage()).contains("postponed 3 times");
    assertThat(hub.schedule(at).getAccepted()).isTrue();
    postpone.setPostponeBy(com.google.protobuf.Duration.newBuilder().setSeconds(90_000));
    assertThat(hub.schedule(postpone).getAccepted()).as("longer than a day in total").isFalse();
  }

  @Test
  @Tag("R36")
  void schedule_whatCannotBe_isRefusedWithTheReason() {
    hub.source.has();
    hub.start().withApp();
    assertThat(hub.schedule(Action.ACTION_NOW).getError().getCode())
        .isEqualTo(ErrorCode.ERROR_CODE_OFFER_UNKNOWN);
    assertThat(hub.schedule(Action.ACTION_CANCEL).getError().getCode())
        .isEqualTo(ErrorCode.ERROR_CODE_SCHEDULE_REFUSED);
    assertThat(hub.schedule(Action.ACTION_UNSPECIFIED).getError().getCode())
        .isEqualTo(ErrorCode.ERROR_CODE_SCHEDULE_REFUSED);
    hub.source.has(backend("1.1.0", "1.1.0"));
    hub.check();
    assertThat(
            hub.schedule(
                    ScheduleRequest.newBuilder().setAction(Action.ACTION_NOW).setOfferId("other"))
                .getError()
                .getCode())
        .isEqualTo(ErrorCode.ERROR_CODE_OFFER_UNKNOWN);
    assertThat(hub.schedule(Action.ACTION_AT).getError().getMessage()).contains("time is missing");
    assertThat(
            hub.schedule(
                    ScheduleRequest.newBuilder()
                        .setAction(Action.ACTION_AT)
                        .setAt(Timestamp.newBuilder().setSeconds(1)))
                .getError()
                .getMessage())
        .contains("in the past");
  }

  @Test
  @Tag("R44")
  void restart_scheduledInstall_isKeptAnnouncedAndRun() {
    hub.settings.autoInstall = true;
    DownloadRequest request = downloading();
    hub.stage(request);
    hub.awaitJob(request.getJobId(), "SCHEDULED");
    hub.stop();
    hub.forget();
    hub.clock.set(Instant.parse("2026-06-02T03:30:00Z"));
    // Not even the source is needed.
    hub.source.fails(
        dev.lockstep.versionmanagement.domain.CheckResult.UNREACHABLE,
        ErrorCode.ERROR_CODE_SOURCE_UNREACHABLE,
        java.util.Optional.empty());

    hub.start();

    RestartScheduled notice = hub.hear(Topics.RESTART_SCHEDULED, one -> true);
    assertThat(seconds(notice.getPlannedAt()))
        .isEqualTo(Instant.parse("2026-06-02T03:30:10Z").getEpochSecond());
    assertThat(notice.getJobId()).isEqualTo(request.getJobId());
    assertThat(hub.offered(hub.state().getOffer())).isEqualTo(BOTH);
    assertThat(hub.state().getComponentsList())
        .as("who was known is known, and away until he announces himself")
        .hasSize(3);
    hub.pass(Duration.ofSeconds(10));
    hub.hear(Topics.INSTALL_REQUEST, one -> one.getJobId().equals(request.getJobId()));
  }

  @Test
  @Tag("R16")
  @Tag("R44")
  void restart_whileInstalling_asksAgainWithTheSameJob() {
    String job = installing();
    hub.stop();
    hub.forget();

    hub.start();

    hub.hear(Topics.INSTALL_REQUEST, one -> one.getJobId().equals(job));
    hub.installed(job, "", "", InstallOutcome.INSTALL_OUTCOME_COMMITTED);
    hub.awaitJob(job, "COMMITTED");
  }

  @Test
  @Tag("R16")
  void request_noAnswer_isRepeatedUntilProgressIsSeen() {
    String job = installing();
    hub.forget();
    hub.pass(Duration.ofSeconds(2));
    hub.hear(Topics.INSTALL_REQUEST, one -> one.getJobId().equals(job));

    hub.peer.publish(
        Topics.INSTALL_PROGRESS,
        InstallProgress.newBuilder()
            .setJobId(job)
            .setPhase(InstallPhase.INSTALL_PHASE_BARRIER)
            .build());
    hub.state();
    hub.forget();
    hub.pass(Duration.ofSeconds(30));
    hub.state();
    assertThat(hub.said(Topics.INSTALL_REQUEST)).isEmpty();
  }

  @Test
  void newerRelease_beforeTheInstall_takesThePlaceOfTheAutomaticOne() {
    String job = staged();
    hub.source.has(backend("1.2.0", "1.2.0"), frontend("1.1.0", "^1.0.0"));
    hub.forget();

    hub.check();

    hub.awaitJob(job, "CANCELLED");
    assertThat(hub.hearDownload().getOffer().getReleases(0).getToVersion()).isEqualTo("1.2.0");
  }

  @Test
  void newerRelease_whatAPersonScheduled_staysAsItIs() {
    String job = staged();
    hub.schedule(Action.ACTION_PREFERRED_TIME);
    hub.source.has(
        backend("1.1.0", "1.1.0"), backend("1.2.0", "1.2.0"), frontend("1.1.0", "^1.0.0"));

    hub.check();

    assertThat(hub.jobState(job)).contains("SCHEDULED");
  }
}
