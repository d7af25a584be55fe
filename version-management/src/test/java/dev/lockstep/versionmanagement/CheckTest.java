package dev.lockstep.versionmanagement;

import static dev.lockstep.versionmanagement.domain.Samples.backend;
import static dev.lockstep.versionmanagement.domain.Samples.frontend;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.bus.Received;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.CheckRequest;
import dev.lockstep.protocol.v1.CheckResponse;
import dev.lockstep.protocol.v1.CheckResult;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.v1.StateRequest;
import dev.lockstep.versionmanagement.port.Alarms.Alarm;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckTest {
  @TempDir private Path folder;
  private TestHub hub;

  @BeforeEach
  void hub() {
    TestSettings settings = new TestSettings(folder);
    settings.autoDownload = false;
    hub = new TestHub(settings);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  @Tag("R2")
  @Tag("R3")
  @Tag("R4")
  @Tag("R48")
  void check_something_isAnsweredAndPublished() {
    hub.start().withApp();
    hub.source.has(backend("1.1.0", "1.1.0").asCritical(), frontend("1.1.0", "^1.0.0"));
    hub.settings.criticalInstall = false;

    CheckResponse response = hub.check();

    assertThat(response.getResult()).isEqualTo(CheckResult.CHECK_RESULT_AVAILABLE);
    assertThat(hub.offered(response.getOffer()))
        .isEqualTo(Map.of("backend", "1.1.0", "kiosk-ui", "1.1.0"));
    assertThat(response.getOffer().getReleases(0).getDownloadSize()).isEqualTo(1_024);
    assertThat(response.getOffer().getReleases(0).getInstalledSize()).isEqualTo(5_000);
    assertThat(response.getOffer().getReleases(0).getCritical()).isTrue();
    assertThat(response.getOffer().getReleases(0).getNotes()).isEqualTo("notes of 1.1.0");
    assertThat(response.getOffer().getReleases(0).getFromVersion()).isEqualTo("1.0.0");
    hub.hear(
        Topics.AVAILABLE,
        available -> available.getOffer().getOfferId().equals(response.getOffer().getOfferId()));
  }

  @Test
  @Tag("R3")
  @Tag("R57")
  void check_nothingNewer_isUpToDateAndNoError() {
    hub.source.has(backend("1.0.0", "1.0.0"));
    hub.start().withApp();

    CheckResponse response = hub.check();

    assertThat(response.getResult()).isEqualTo(CheckResult.CHECK_RESULT_UP_TO_DATE);
    assertThat(response.hasError()).isFalse();
    assertThat(response.hasOffer()).isFalse();
  }

  @Test
  void check_oneComponent_answersForThatOne() {
    hub.source.has(backend("1.1.0", "1.1.0"));
    hub.start().withApp();

    assertThat(hub.check("kiosk-ui").getResult()).isEqualTo(CheckResult.CHECK_RESULT_UP_TO_DATE);
    assertThat(hub.check("backend").getResult()).isEqualTo(CheckResult.CHECK_RESULT_AVAILABLE);
  }

  @Test
  @Tag("R3")
  void check_unknownComponent_isSaidWithoutAskingTheSource() {
    hub.start().withApp();
    int before = hub.source.refreshes.get();

    CheckResponse response = hub.check("backend", "toaster");

    assertThat(response.getResult()).isEqualTo(CheckResult.CHECK_RESULT_UNKNOWN_COMPONENT);
    assertThat(response.getError().getCode())
        .isEqualTo(ErrorCode.ERROR_CODE_CHECK_UNKNOWN_COMPONENT);
    assertThat(response.getError().getMessage()).contains("toaster");
    assertThat(hub.source.refreshes.get()).isEqualTo(before);
  }

  @ParameterizedTest
  @Tag("R3")
  @Tag("R65")
  @CsvSource({
    "UNREACHABLE,  SOURCE_UNREACHABLE",
    "CLIENT_ERROR, SOURCE_CLIENT_ERROR",
    "SERVER_ERROR, SOURCE_SERVER_ERROR",
    "MALFORMED,    SOURCE_MALFORMED",
    "UNTRUSTED,    TRUST_ROLLBACK",
    "FAILED,       TRUST_STORE",
  })
  void check_failed_isAnsweredAndTheNextScheduledOneStillRuns(String result, String code) {
    hub.start().withApp();
    hub.source.fails(
        dev.lockstep.versionmanagement.domain.CheckResult.valueOf(result),
        ErrorCode.valueOf("ERROR_CODE_" + code),
        Optional.empty());

    CheckResponse response = hub.check();

    assertThat(response.getResult()).isEqualTo(CheckResult.valueOf("CHECK_RESULT_" + result));
    assertThat(response.getError().getCode().name()).isEqualTo("ERROR_CODE_" + code);
    assertThat(hub.state().getLastError().getCode()).isEqualTo(response.getError().getCode());

    hub.source.has(backend("1.1.0", "1.1.0"));
    int before = hub.source.refreshes.get();
    hub.pass(Duration.ofHours(24));
    hub.hear(
        Topics.AVAILABLE,
        available -> hub.offered(available.getOffer()).equals(Map.of("backend", "1.1.0")));
    assertThat(hub.source.refreshes.get()).isEqualTo(before + 1);
    assertThat(hub.state().hasLastError()).isFalse();
  }

  @Test
  @Tag("R30")
  void scheduledCheck_everyInterval_isPublishedWithoutCorrelation() {
    hub.start().withApp();
    assertThat(hub.source.refreshes.get()).isEqualTo(1);
    hub.forget();

    hub.pass(Duration.ofHours(23));
    assertThat(hub.alarms.at(Alarm.CHECK)).contains(Instant.parse("2026-06-02T12:00:00Z"));
    hub.pass(Duration.ofHours(1));

    hub.hear(
        Topics.CHECK_RESPONSE,
        response -> response.getResult() == CheckResult.CHECK_RESULT_UP_TO_DATE);
    assertThat(hub.source.refreshes.get()).isEqualTo(2);
  }

  @Test
  @Tag("R31")
  @Tag("R52")
  void check_rateLimited_waitsUnlessForced() {
    hub.start().withApp();
    Instant back = hub.clock.instant().plusSeconds(3_600);
    hub.source.fails(
        dev.lockstep.versionmanagement.domain.CheckResult.RATE_LIMITED,
        ErrorCode.ERROR_CODE_SOURCE_RATE_LIMITED,
        Optional.of(back));
    CheckResponse limited = hub.check();
    assertThat(limited.getResult()).isEqualTo(CheckResult.CHECK_RESULT_RATE_LIMITED);
    assertThat(limited.getRetryAt().getSeconds()).isEqualTo(back.getEpochSecond());
    hub.source.has(backend("1.1.0", "1.1.0"));
    int before = hub.source.refreshes.get();

    CheckResponse tooSoon = hub.check();
    assertThat(tooSoon.getResult()).isEqualTo(CheckResult.CHECK_RESULT_RATE_LIMITED);
    assertThat(hub.source.refreshes.get()).isEqualTo(before);

    CheckResponse forced =
        hub.ask(
            Topics.CHECK_REQUEST,
            CheckRequest.newBuilder().setForce(true).build(),
            Topics.CHECK_RESPONSE);
    assertThat(forced.getResult()).isEqualTo(CheckResult.CHECK_RESULT_AVAILABLE);
    assertThat(hub.source.refreshes.get()).isEqualTo(before + 1);
  }

  @Test
  @Tag("R3")
  void check_manyDuringARunningOne_eachIsAnsweredOnceByAFreshCheck() {
    hub.start().withApp();
    int before = hub.source.refreshes.get();
    hub.forget();
    hub.source.holdBack();
    List<CompletableFuture<Received<CheckResponse>>> answers = new ArrayList<>();
    answers.add(ask());
    await().atMost(TestHub.SOON).until(() -> hub.source.refreshes.get() == before + 1);

    // Published after the first check began: only a fresh one may tell of it.
    hub.source.has(backend("1.1.0", "1.1.0"));
    for (int i = 0; i < 5; i++) {
      answers.add(ask());
    }
    hub.state();
    hub.source.letOneThrough();
    assertThat(answers.get(0).join().payload().getResult())
        .isEqualTo(CheckResult.CHECK_RESULT_UP_TO_DATE);
    hub.source.letAllThrough();

    for (CompletableFuture<Received<CheckResponse>> later : answers.subList(1, 6)) {
      assertThat(later.join().payload().getResult()).isEqualTo(CheckResult.CHECK_RESULT_AVAILABLE);
    }
    assertThat(hub.source.refreshes.get()).isEqualTo(before + 2);
    assertThat(hub.received(Topics.CHECK_RESPONSE).stream().map(Received::correlationId))
        .hasSize(6)
        .doesNotHaveDuplicates();
  }

  private CompletableFuture<Received<CheckResponse>> ask() {
    return hub.peer.request(
        Topics.CHECK_REQUEST,
        CheckRequest.getDefaultInstance(),
        Topics.CHECK_RESPONSE,
        new RequestOptions(TestHub.SOON, TestHub.SOON, null));
  }

  @Test
  @Tag("R46")
  void check_thatHangs_delaysNobodyElse() {
    hub.start().withApp();
    hub.source.holdBack();
    int before = hub.source.refreshes.get();
    CompletableFuture<Received<CheckResponse>> check = ask();
    await().atMost(TestHub.SOON).until(() -> hub.source.refreshes.get() == before + 1);

    assertThat(hub.state().getComponentsCount()).isEqualTo(3);
    assertThat(check).isNotDone();
  }

  @Test
  @Tag("R131")
  void available_nothingAnyMore_isWithdrawn() {
    hub.source.has(backend("1.1.0", "1.1.0"));
    hub.start().withApp();
    assertThat(hub.check().getResult()).isEqualTo(CheckResult.CHECK_RESULT_AVAILABLE);
    hub.source.has();
    hub.forget();

    assertThat(hub.check().getResult()).isEqualTo(CheckResult.CHECK_RESULT_UP_TO_DATE);

    hub.hear(Topics.AVAILABLE, available -> available.getOffer().getReleasesCount() == 0);
    assertThat(hub.state().hasOffer()).isFalse();
  }

  @Test
  @Tag("R12")
  @Tag("R17")
  void state_anyTime_tellsEverythingToALateJoiner() {
    hub.source.has(backend("1.1.0", "1.1.0"));
    hub.start().withApp();
    hub.check();

    var state = hub.state();

    assertThat(state.getService()).isEqualTo("version-management");
    assertThat(state.getDevice()).isEqualTo("hub");
    assertThat(state.getComponentsList())
        .extracting(
            one ->
                one.getDevice()
                    + " "
                    + one.getComponent()
                    + " "
                    + one.getVersion()
                    + " "
                    + one.getAvailableVersion())
        .containsExactly(
            "hub backend 1.0.0 1.1.0", "kiosk-1 kiosk-ui 1.0.0 ", "kiosk-2 kiosk-ui 1.0.0 ");
    assertThat(hub.offered(state.getOffer())).isEqualTo(Map.of("backend", "1.1.0"));
    assertThat(state.hasLastCheck()).isTrue();
    assertThat(state.getNextCheck().getSeconds())
        .isEqualTo(hub.clock.instant().plus(Duration.ofHours(24)).getEpochSecond());
  }

  @Test
  @Tag("R12")
  void state_askedOfSomebodyElse_isNotAnswered() {
    hub.start();
    hub.forget();
    hub.peer.publish(
        Topics.STATE_REQUEST, StateRequest.newBuilder().addServices("atomic-updates").build());
    hub.peer.publish(Topics.STATE_REQUEST, StateRequest.newBuilder().addDevices("kiosk-1").build());

    hub.state();

    assertThat(hub.received(Topics.STATE_REPORT)).hasSize(1);
  }

  @Test
  @Tag("R15")
  void announce_nonsense_isDroppedAndTheRestGoesOn() {
    hub.start();
    hub.announce(
        dev.lockstep.protocol.v1.ComponentAnnounce.newBuilder()
            .setDevice("x")
            .setComponent("backend")
            .setVersion("one point oh"));
    hub.announce(
        dev.lockstep.protocol.v1.ComponentAnnounce.newBuilder()
            .setDevice("x\ny")
            .setComponent("../../etc"));

    hub.withApp();

    assertThat(hub.state().getComponentsList())
        .extracting(one -> one.getDevice())
        .containsExactly("hub", "kiosk-1", "kiosk-2");
  }
}
