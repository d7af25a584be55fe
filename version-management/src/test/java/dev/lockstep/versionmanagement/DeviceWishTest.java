package dev.lockstep.versionmanagement;

import static dev.lockstep.versionmanagement.domain.Samples.backend;
import static dev.lockstep.versionmanagement.domain.Samples.frontend;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.DownloadRequest;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.v1.ReleaseId;
import dev.lockstep.protocol.v1.RestartScheduled;
import dev.lockstep.protocol.v1.ScheduleRequest;
import dev.lockstep.protocol.v1.ScheduleRequest.Action;
import dev.lockstep.protocol.v1.ScheduleResponse;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The users of a device may have more time before a restart, and decide nothing else. */
@Tag("R112")
class DeviceWishTest {
  @TempDir private Path folder;
  private TestHub hub;
  private Instant evening;

  @BeforeEach
  void planForTheEvening() {
    hub = new TestHub(new TestSettings(folder));
    hub.source.has(backend("1.1.0", "1.1.0"), frontend("1.1.0", "^1.0.0"));
    hub.start().withApp();
    DownloadRequest request = hub.hearDownload();
    hub.stage(request);
    hub.awaitJob(request.getJobId(), "STAGED");
    evening = hub.clock.instant().plusSeconds(3_600);
    assertThat(hub.schedule(at(evening)).getAccepted()).isTrue();
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private static ScheduleRequest.Builder at(Instant time) {
    return ScheduleRequest.newBuilder()
        .setAction(Action.ACTION_AT)
        .setAt(Timestamp.newBuilder().setSeconds(time.getEpochSecond()));
  }

  private static ScheduleRequest.Builder postpone(long seconds) {
    return ScheduleRequest.newBuilder()
        .setAction(Action.ACTION_POSTPONE)
        .setPostponeBy(com.google.protobuf.Duration.newBuilder().setSeconds(seconds));
  }

  private ScheduleResponse kiosk(ScheduleRequest.Builder request) {
    return hub.schedule(request.setDevice("kiosk-1").setComponent("kiosk-ui"));
  }

  private Instant planned() {
    return Instant.ofEpochSecond(hub.state().getInstallPlannedAt().getSeconds());
  }

  private RestartScheduled notice(Instant time) {
    return hub.hear(
        Topics.RESTART_SCHEDULED,
        notice -> notice.getPlannedAt().getSeconds() == time.getEpochSecond());
  }

  @Test
  void postponeOrLaterTime_ofADevice_movesThePlanAndCountsForTheLimits() {
    assertThat(kiosk(postpone(600)).getAccepted()).isTrue();
    assertThat(planned()).isEqualTo(evening.plusSeconds(600));
    assertThat(kiosk(at(evening.plusSeconds(1_200))).getAccepted()).isTrue();
    assertThat(notice(evening.plusSeconds(1_200)).hasPostponableUntil()).isTrue();
    assertThat(kiosk(at(evening.plusSeconds(1_800))).getAccepted()).isTrue();

    ScheduleResponse fourth = kiosk(at(evening.plusSeconds(2_400)));
    assertThat(fourth.getAccepted()).isFalse();
    assertThat(fourth.getError().getMessage()).contains("postponed 3 times");
    assertThat(kiosk(postpone(1)).getAccepted()).isFalse();
    assertThat(planned()).isEqualTo(evening.plusSeconds(1_800));
    assertThat(notice(evening.plusSeconds(1_800)).hasPostponableUntil())
        .as("nobody is offered what would be refused")
        .isFalse();
    assertThat(hub.schedule(at(evening)).getAccepted()).as("an operator may always").isTrue();
  }

  @Test
  void laterTime_ofADevice_beyondTheTotal_isRefused() {
    ScheduleResponse answer = kiosk(at(evening.plusSeconds(25 * 3_600)));

    assertThat(answer.getAccepted()).isFalse();
    assertThat(answer.getError().getCode()).isEqualTo(ErrorCode.ERROR_CODE_SCHEDULE_REFUSED);
    assertThat(planned()).isEqualTo(evening);
  }

  @Test
  void earlierTime_ofADevice_isRefused() {
    assertThat(kiosk(at(evening.minusSeconds(600))).getAccepted()).isFalse();
    assertThat(planned()).isEqualTo(evening);
  }

  @ParameterizedTest
  @EnumSource(
      value = Action.class,
      names = {"ACTION_NOW", "ACTION_PREFERRED_TIME", "ACTION_CANCEL"})
  @Tag("R151")
  void everythingElse_ofADevice_isRefused(Action action) {
    ScheduleResponse answer = kiosk(ScheduleRequest.newBuilder().setAction(action));

    assertThat(answer.getAccepted()).isFalse();
    assertThat(answer.getError().getMessage()).contains("kiosk-1", "only ask for more time");
    assertThat(planned()).isEqualTo(evening);
    assertThat(hub.said(Topics.INSTALL_REQUEST)).isEmpty();
  }

  @Test
  @Tag("R151")
  void namedReleases_ofADevice_areRefused() {
    ReleaseId old = ReleaseId.newBuilder().setComponent("backend").setVersion("1.0.0").build();

    assertThat(kiosk(at(evening.plusSeconds(600)).addReleases(old)).getAccepted()).isFalse();
    assertThat(kiosk(postpone(600).setAgain(true)).getAccepted()).isFalse();
    assertThat(planned()).isEqualTo(evening);
  }
}
