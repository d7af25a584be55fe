package dev.lockstep.versionmanagement;

import static dev.lockstep.versionmanagement.domain.Samples.backend;
import static dev.lockstep.versionmanagement.domain.Samples.frontend;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.DownloadRequest;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.v1.InstallOutcome;
import dev.lockstep.protocol.v1.ScheduleRequest;
import dev.lockstep.protocol.v1.ScheduleRequest.Action;
import dev.lockstep.protocol.v1.ScheduleResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What failed is installed again only when a person says so in as many words. */
@Tag("R179")
class AskAgainTest {
  private static final Map<String, String> BOTH = Map.of("backend", "1.1.0", "kiosk-ui", "1.1.0");

  @TempDir private Path folder;
  private TestHub hub;
  private String failedOffer;

  @BeforeEach
  void hub() {
    hub = new TestHub(new TestSettings(folder));
    hub.source.has(backend("1.1.0", "1.1.0"), frontend("1.1.0", "^1.0.0"));
  }

  @AfterEach
  void close() {
    hub.close();
  }

  /** Both are offered, installed because somebody wants it, and reverted. */
  private void reverted() {
    hub.start().withApp();
    DownloadRequest request =
        hub.hear(Topics.DOWNLOAD_REQUEST, one -> hub.offered(one.getOffer()).equals(BOTH));
    failedOffer = request.getOffer().getOfferId();
    hub.schedule(Action.ACTION_NOW);
    fails(request);
  }

  /** The backend turns out to be unhealthy. */
  private void fails(DownloadRequest request) {
    String job = request.getJobId();
    hub.stage(request);
    hub.hear(Topics.INSTALL_REQUEST, one -> one.getJobId().equals(job));
    hub.installed(job, "hub", "backend", InstallOutcome.INSTALL_OUTCOME_REVERTED);
    hub.installed(job, "", "", InstallOutcome.INSTALL_OUTCOME_REVERTED);
    hub.awaitJob(job, "REVERTED");
    hub.forget();
  }

  private static ScheduleRequest.Builder now() {
    return ScheduleRequest.newBuilder().setAction(Action.ACTION_NOW);
  }

  private void refused(ScheduleRequest.Builder request) {
    ScheduleResponse response = hub.schedule(request);
    assertThat(response.getAccepted()).isFalse();
    assertThat(response.getError().getCode()).isEqualTo(ErrorCode.ERROR_CODE_OFFER_UNKNOWN);
    assertThat(response.getError().getMessage())
        .isEqualTo(
            "cannot install backend 1.1.0, kiosk-ui 1.1.0: reverted on 2026-06-01 12:00: it is"
                + " unhealthy; ask with --again");
  }

  @Test
  void schedule_failedAndNotAskedAgain_isRefusedNightAfterNight() {
    reverted();

    for (int night = 0; night < 3; night++) {
      hub.pass(Duration.ofDays(1));
      hub.state();
      refused(now());
      refused(ScheduleRequest.newBuilder().setAction(Action.ACTION_PREFERRED_TIME));
      refused(
          ScheduleRequest.newBuilder()
              .setAction(Action.ACTION_AT)
              .setAt(
                  Timestamp.newBuilder()
                      .setSeconds(hub.clock.instant().plusSeconds(60).getEpochSecond())));
    }
    hub.stop();
    hub.start();
    refused(now());
    assertThat(hub.said(Topics.DOWNLOAD_REQUEST)).isEmpty();
    assertThat(hub.said(Topics.INSTALL_REQUEST)).isEmpty();
  }

  @Test
  void schedule_again_triesAndCountsTheTries() {
    reverted();

    ScheduleResponse again = hub.schedule(now().setAgain(true));

    assertThat(again.getAccepted()).isTrue();
    DownloadRequest request = hub.hearDownload();
    assertThat(request.getJobId()).isEqualTo(again.getJobId());
    assertThat(hub.offered(hub.state().getOffer())).as("meanwhile it is offered").isEqualTo(BOTH);
    fails(request);
    assertThat(hub.check().getWithheld(0).getReason()).startsWith("reverted on").contains("try 2");
    assertThat(hub.schedule(now()).getAccepted()).isFalse();
  }

  @Test
  void schedule_againAndInstalled_isForgotten() {
    reverted();
    String job = hub.schedule(now().setAgain(true)).getJobId();
    hub.stage(hub.hearDownload());
    hub.hear(Topics.INSTALL_REQUEST, one -> one.getJobId().equals(job));

    hub.installed(job, "", "", InstallOutcome.INSTALL_OUTCOME_COMMITTED);

    hub.awaitJob(job, "COMMITTED");
    hub.backend("1.0.0");
    hub.pass(Duration.ofDays(1));
    assertThat(hub.check().getWithheldList()).isEmpty();
  }

  @Test
  void schedule_exactlyThatOffer_isTriedWithoutAgain() {
    reverted();

    assertThat(hub.schedule(now().setOfferId("another")).getError().getCode())
        .isEqualTo(ErrorCode.ERROR_CODE_OFFER_UNKNOWN);
    ScheduleResponse response = hub.schedule(now().setOfferId(failedOffer));

    assertThat(response.getAccepted()).isTrue();
    assertThat(response.getOfferId()).isEqualTo(failedOffer);
    assertThat(hub.offered(hub.hearDownload().getOffer())).isEqualTo(BOTH);
  }

  @Test
  void cancel_afterAgain_leavesItFailed() {
    reverted();
    ScheduleResponse again =
        hub.schedule(
            ScheduleRequest.newBuilder().setAction(Action.ACTION_PREFERRED_TIME).setAgain(true));
    hub.stage(hub.hearDownload());
    hub.awaitJob(again.getJobId(), "SCHEDULED");

    assertThat(hub.schedule(Action.ACTION_CANCEL).getAccepted()).isTrue();

    hub.awaitJob(again.getJobId(), "CANCELLED");
    refused(now());
    assertThat(hub.said(Topics.INSTALL_REQUEST)).isEmpty();
  }

  @Test
  void schedule_olderIsOfferedInstead_againMeansTheFailedOne() {
    reverted();
    hub.source.has(backend("1.1.0", "1.1.0"), backend("1.0.5", "1.0.5"));
    hub.check();
    DownloadRequest older = hub.hearDownload();
    assertThat(hub.offered(older.getOffer())).isEqualTo(Map.of("backend", "1.0.5"));

    assertThat(hub.schedule(now()).getJobId()).isEqualTo(older.getJobId());
    hub.forget();
    ScheduleResponse again = hub.schedule(now().setAgain(true));

    assertThat(again.getAccepted()).isTrue();
    hub.awaitJob(older.getJobId(), "CANCELLED");
    assertThat(hub.offered(hub.hearDownload().getOffer())).isEqualTo(Map.of("backend", "1.1.0"));
  }

  @Test
  void schedule_againWithNothingFailed_meansWhatIsOffered() {
    hub.start().withApp();
    DownloadRequest request =
        hub.hear(Topics.DOWNLOAD_REQUEST, one -> hub.offered(one.getOffer()).equals(BOTH));

    assertThat(hub.schedule(now().setAgain(true)).getJobId()).isEqualTo(request.getJobId());
  }
}
