package dev.lockstep.versionmanagement;

import static dev.lockstep.versionmanagement.domain.Samples.backend;
import static dev.lockstep.versionmanagement.domain.Samples.frontend;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.DownloadRequest;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.v1.InstallOutcome;
import dev.lockstep.protocol.v1.InstallRequest;
import dev.lockstep.protocol.v1.PolicyRequest;
import dev.lockstep.protocol.v1.ReleaseId;
import dev.lockstep.protocol.v1.ScheduleRequest;
import dev.lockstep.protocol.v1.ScheduleRequest.Action;
import dev.lockstep.protocol.v1.ScheduleResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person names what is to be installed. */
class NamedInstallTest {
  @TempDir private Path folder;
  private TestHub hub;

  @BeforeEach
  void hub() {
    hub = new TestHub(new TestSettings(folder));
    hub.source.has(
        backend("1.0.0", "1.0.0"), backend("0.9.0", "1.0.0"), frontend("1.0.0", "^1.0.0"));
    hub.start().withApp();
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private static ScheduleRequest.Builder now(String component, String version) {
    return ScheduleRequest.newBuilder()
        .setAction(Action.ACTION_NOW)
        .addReleases(ReleaseId.newBuilder().setComponent(component).setVersion(version));
  }

  /** Stages and installs that job, all its devices saying so. */
  private void committed(String job, String version) {
    DownloadRequest request = hub.hear(Topics.DOWNLOAD_REQUEST, one -> one.getJobId().equals(job));
    assertThat(hub.offered(request.getOffer())).containsEntry("backend", version);
    hub.stage(request);
    hub.hear(Topics.INSTALL_REQUEST, one -> one.getJobId().equals(job));
    hub.installed(job, "hub", "backend", InstallOutcome.INSTALL_OUTCOME_COMMITTED);
    hub.installed(job, "", "", InstallOutcome.INSTALL_OUTCOME_COMMITTED);
    hub.awaitJob(job, "COMMITTED");
    hub.backend(version);
  }

  @Test
  @Tag("R27")
  void schedule_olderVersion_isInstalledAndWhatWasLeftWaitsToBeAskedFor() {
    ScheduleResponse response = hub.schedule(now("backend", "0.9.0"));

    assertThat(response.getAccepted()).isTrue();
    assertThat(response.getRemarksList()).anySatisfy(one -> assertThat(one).contains("data stay"));
    committed(response.getJobId(), "0.9.0");
    InstallRequest install = hub.hear(Topics.INSTALL_REQUEST, one -> true);
    assertThat(install.getReleasesList())
        .containsExactly(
            ReleaseId.newBuilder().setComponent("backend").setVersion("0.9.0").build());
    hub.forget();

    hub.pass(Duration.ofDays(2));
    assertThat(hub.check("backend").getWithheld(0).getReason())
        .contains("alex went back to 0.9.0", "--again");
    hub.stop();
    hub.start();
    assertThat(hub.check("backend").hasOffer()).as("kept over a restart").isFalse();
    assertThat(hub.said(Topics.DOWNLOAD_REQUEST)).isEmpty();
  }

  @Test
  @Tag("R27")
  void check_afterADowngrade_holdsWhatLiesBetweenTooAndOffersWhatIsNewer() {
    hub.source.has(backend("1.0.0", "1.0.0"), backend("0.9.5", "1.0.0"), backend("0.9.0", "1.0.0"));
    hub.check();
    committed(hub.schedule(now("backend", "0.9.0")).getJobId(), "0.9.0");

    assertThat(hub.check("backend").hasOffer()).isFalse();

    hub.source.has(backend("1.0.1", "1.0.1"), backend("1.0.0", "1.0.0"), backend("0.9.0", "1.0.0"));
    assertThat(hub.offered(hub.check("backend").getOffer())).isEqualTo(Map.of("backend", "1.0.1"));
  }

  @Test
  @Tag("R27")
  void schedule_backUpByNameOrAgain_isInstalled() {
    committed(hub.schedule(now("backend", "0.9.0")).getJobId(), "0.9.0");

    ScheduleResponse again =
        hub.schedule(
            ScheduleRequest.newBuilder()
                .setAction(Action.ACTION_NOW)
                .setAgain(true)
                .setDryRun(true));
    assertThat(hub.offered(again.getOffer())).isEqualTo(Map.of("backend", "1.0.0"));
    committed(hub.schedule(now("backend", "1.0.0")).getJobId(), "1.0.0");

    hub.backend("0.9.0");
    hub.pass(Duration.ofDays(1));
    assertThat(hub.check("backend").getWithheldList()).as("forgotten").isEmpty();
  }

  @Test
  @Tag("R27")
  @Tag("R39")
  void schedule_whatDoesNotExist_isRefusedAndNothingHappens() {
    ScheduleResponse response = hub.schedule(now("backend", "0.1.0"));

    assertThat(response.getAccepted()).isFalse();
    assertThat(response.getNothingToDo()).isFalse();
    assertThat(response.getError().getCode()).isEqualTo(ErrorCode.ERROR_CODE_OFFER_UNKNOWN);
    assertThat(hub.said(Topics.DOWNLOAD_REQUEST)).isEmpty();
  }

  @Test
  @Tag("R27")
  void schedule_namedWhileHeld_isRefused() {
    hub.policy(PolicyRequest.newBuilder().setAction(PolicyRequest.Action.ACTION_HOLD));

    assertThat(hub.schedule(now("backend", "0.9.0")).getError().getCode())
        .isEqualTo(ErrorCode.ERROR_CODE_POLICY_REFUSED);
  }

  @Test
  void schedule_namesThatCannotBeRead_areRefusedWithAnAnswer() {
    for (ScheduleRequest.Builder request :
        List.of(
            now("backend", "v1"),
            now("backend", "1.0.0")
                .addReleases(ReleaseId.newBuilder().setComponent("backend").setVersion("0.9.0")))) {
      assertThat(hub.schedule(request).getError().getCode())
          .isEqualTo(ErrorCode.ERROR_CODE_SCHEDULE_REFUSED);
    }
  }

  @Test
  @Tag("R178")
  void schedule_nothingToDo_saysSoAndAsksNobody() {
    ScheduleResponse named = hub.schedule(now("backend", "1.0.0"));
    ScheduleResponse any = hub.schedule(Action.ACTION_NOW);

    assertThat(named.getNothingToDo()).isTrue();
    assertThat(named.getError().getMessage())
        .isEqualTo("nothing to do: backend 1.0.0 is what is installed already");
    assertThat(any.getNothingToDo()).isTrue();
    assertThat(any.getError().getMessage()).isEqualTo("nothing to do: everything is up to date");
    assertThat(hub.said(Topics.DOWNLOAD_REQUEST)).isEmpty();
    assertThat(hub.said(Topics.INSTALL_REQUEST)).isEmpty();
    assertThat(hub.said(Topics.RESTART_SCHEDULED)).isEmpty();
  }

  @Test
  @Tag("R121")
  void schedule_dryRun_saysWhatAndBeginsNothing() {
    ScheduleResponse response = hub.schedule(now("backend", "0.9.0").setDryRun(true));

    assertThat(response.getAccepted()).isTrue();
    assertThat(response.getJobId()).isEmpty();
    assertThat(hub.offered(response.getOffer())).isEqualTo(Map.of("backend", "0.9.0"));
    assertThat(hub.state().getJobsList()).isEmpty();
  }

  @Test
  @Tag("R173")
  void schedule_aGoalBehindSteps_walksThereInOrderAndOverARestart() {
    hub.source.has(
        backend("1.1.0", "1.1.0").asCheckpoint(),
        backend("1.2.0", "1.2.0").asCheckpoint(),
        backend("1.3.0", "1.3.0"),
        backend("1.4.0", "1.4.0"));
    hub.check();
    hub.hearDownload();

    ScheduleResponse first = hub.schedule(now("backend", "1.3.0"));
    assertThat(first.getOffer().getReleases(0).getThenList()).containsExactly("1.2.0", "1.3.0");
    committed(first.getJobId(), "1.1.0");

    DownloadRequest second =
        hub.hear(
            Topics.DOWNLOAD_REQUEST,
            one -> hub.offered(one.getOffer()).equals(Map.of("backend", "1.2.0")));
    assertThat(hub.state().getJobs(0).getContinues()).isEqualTo(first.getJobId());
    hub.stop();
    hub.start();
    committed(second.getJobId(), "1.2.0");
    hub.kiosk("kiosk-1", "1.0.0");
    hub.pass(Duration.ofSeconds(20));

    DownloadRequest third =
        hub.hear(
            Topics.DOWNLOAD_REQUEST,
            one -> hub.offered(one.getOffer()).equals(Map.of("backend", "1.3.0")));
    committed(third.getJobId(), "1.3.0");
    hub.check();
    assertThat(hub.said(Topics.INSTALL_REQUEST))
        .as("it was asked for up to there, and not further")
        .noneMatch(one -> one.getReleases(0).getVersion().equals("1.4.0"));
  }

  @Test
  @Tag("R173")
  void schedule_aStepFails_theWayEndsThere() {
    hub.source.has(backend("1.1.0", "1.1.0").asCheckpoint(), backend("1.2.0", "1.2.0"));
    hub.check();
    String job = hub.schedule(now("backend", "1.2.0")).getJobId();
    hub.stage(hub.hear(Topics.DOWNLOAD_REQUEST, one -> one.getJobId().equals(job)));
    hub.hear(Topics.INSTALL_REQUEST, one -> one.getJobId().equals(job));
    hub.forget();

    hub.installed(job, "hub", "backend", InstallOutcome.INSTALL_OUTCOME_REVERTED);
    hub.installed(job, "", "", InstallOutcome.INSTALL_OUTCOME_REVERTED);

    hub.awaitJob(job, "REVERTED");
    hub.check();
    assertThat(hub.said(Topics.DOWNLOAD_REQUEST)).isEmpty();
  }
}
