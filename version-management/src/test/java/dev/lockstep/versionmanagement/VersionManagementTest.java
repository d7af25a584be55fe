package dev.lockstep.versionmanagement;

import static dev.lockstep.versionmanagement.domain.Samples.backend;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.bus.Bus;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.CheckResult;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.versionmanagement.domain.CheckQuestion;
import dev.lockstep.versionmanagement.port.ScheduleQuestion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionManagementTest {
  @TempDir private Path folder;
  private TestSettings settings;
  private TestHub hub;

  @BeforeEach
  void hub() {
    settings = new TestSettings(folder);
    settings.autoDownload = false;
    hub = new TestHub(settings);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  @Tag("R127")
  void startTwiceAndCloseTwice_isHarmless() {
    hub.start();
    hub.versions().start();

    hub.versions().close();
    hub.versions().close();

    assertThatThrownBy(() -> hub.versions().start()).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> hub.versions().status()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  @Tag("R127")
  void close_whileACheckHangs_isPrompt() {
    hub.start().withApp();
    hub.source.holdBack();
    hub.versions().check(new CheckQuestion(Set.of(), true, "test"));
    Instant before = Instant.now();

    hub.versions().close();

    assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  @Tag("R127")
  void javaInterface_checkScheduleStatus_answersLikeTheBus() {
    hub.source.has(backend("1.1.0", "1.1.0"));
    hub.start().withApp();

    var answer = hub.versions().check(new CheckQuestion(Set.of(), false, "test")).join();
    assertThat(answer.offer().orElseThrow().offer().inWords()).isEqualTo("backend 1.1.0");
    var scheduled =
        hub.versions()
            .schedule(
                new ScheduleQuestion(
                    ScheduleQuestion.Action.NOW,
                    "",
                    Optional.empty(),
                    Optional.empty(),
                    "alex",
                    false,
                    Optional.empty(),
                    false,
                    ""))
            .join();
    assertThat(scheduled.accepted()).isTrue();
    assertThat(hub.versions().status().join().jobs())
        .extracting(job -> job.deployment().jobId())
        .containsExactly(scheduled.jobId());
  }

  @Test
  @Tag("R18")
  @Tag("R29")
  void versionFile_readMissingMalformed_isListedAndReported() throws Exception {
    Path file = folder.resolve("os-release");
    settings.watched("platform", file);
    hub.start();
    assertThat(hub.state().getLastError().getCode())
        .isEqualTo(ErrorCode.ERROR_CODE_CHECK_VERSION_MISSING);

    Files.writeString(file, "NAME=Debian\nVERSION_ID=\"twelve\"\n");
    assertThat(hub.check("platform").getResult()).isEqualTo(CheckResult.CHECK_RESULT_UP_TO_DATE);
    assertThat(hub.state().getLastError().getCode())
        .isEqualTo(ErrorCode.ERROR_CODE_CHECK_VERSION_MALFORMED);

    Files.writeString(file, "NAME=Debian\nVERSION_ID=\"12.4.0\"\n");
    hub.check();
    assertThat(hub.state().hasLastError()).isFalse();
    assertThat(hub.state().getComponents(0).getVersion()).isEqualTo("12.4.0");
    assertThat(hub.state().getComponents(0).getComponent()).isEqualTo("platform");
  }

  @Test
  @Tag("R12")
  void report_eachMinute_isRepeatedWithTheOffer() {
    hub.source.has(backend("1.1.0", "1.1.0"));
    hub.start().withApp();
    hub.check();
    hub.state();
    hub.forget();

    hub.pass(Duration.ofMinutes(1));

    hub.hear(Topics.STATE_REPORT, report -> report.getOffer().getReleasesCount() == 1);
    hub.hear(Topics.AVAILABLE, available -> available.getOffer().getReleasesCount() == 1);
  }

  @Test
  @Tag("R12")
  @Tag("R16")
  void start_afterARestart_saysTheOfferAgain() {
    hub.source.has(backend("1.1.0", "1.1.0"));
    hub.start().withApp();
    String offer = hub.check().getOffer().getOfferId();
    hub.stop();
    hub.forget();

    hub.start();

    hub.hear(Topics.AVAILABLE, available -> available.getOffer().getOfferId().equals(offer));
    hub.hear(Topics.POLICY_CHANGED, policy -> true);
    hub.hear(Topics.STATE_REPORT, report -> report.getOffer().getOfferId().equals(offer));
  }

  @Test
  @Tag("R17")
  void component_silentOrLeaving_isListedAsAway() {
    hub.start();
    hub.peer.publish(
        Topics.COMPONENT_ANNOUNCE,
        dev.lockstep.protocol.v1.ComponentAnnounce.newBuilder()
            .setDevice("kiosk-1")
            .setComponent("kiosk-ui")
            .setVersion("1.0.0")
            .setHeartbeatSeconds(10)
            .build());
    await().atMost(TestHub.SOON).until(() -> hub.state().getComponentsCount() == 1);

    hub.pass(Duration.ofSeconds(30));
    assertThat(hub.state().getComponents(0).getAway())
        .as("one heartbeat may be missed, and another")
        .isFalse();
    hub.forget();
    hub.pass(Duration.ofSeconds(1));
    await().atMost(TestHub.SOON).until(() -> hub.state().getComponents(0).getAway());
    hub.forget();
    hub.pass(Duration.ofSeconds(30));
    // What goes to a thousand devices unasked does not list them all.
    hub.hear(Topics.STATE_REPORT, report -> report.getComponentsCount() == 0);
  }

  @Test
  @Tag("R127")
  void start_withRealAlarms_checksByItself() {
    hub.source.has(backend("1.0.0", "1.0.0"));
    Bus bus = hub.broker.connect("real");
    try (VersionManagement real =
        new VersionManagement(settings.settings(), bus, Clock.systemUTC(), hub.source)) {
      real.start();

      await().atMost(TestHub.SOON).until(() -> hub.source.refreshes.get() == 1);
      hub.hear(Topics.CHECK_RESPONSE, response -> true);
    } finally {
      bus.close();
    }
  }

  @Test
  void start_journalDamaged_saysWhatToDo() throws Exception {
    Files.createDirectories(folder.resolve("state"));
    Files.writeString(folder.resolve("state/versions.db"), "no database ".repeat(1_000));

    assertThatThrownBy(hub::startOnly)
        .isInstanceOf(VersionManagementException.State.class)
        .hasMessageContaining("versions.db");
  }
}
