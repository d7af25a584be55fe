package dev.lockstep.versionmanagement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.UpdateSettings;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.v1.CheckResponse;
import dev.lockstep.protocol.v1.CheckResult;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.testkit.ManualClock;
import dev.lockstep.testkit.TestRepository;
import dev.lockstep.tuf.metadata.JsonObject;
import dev.lockstep.tuf.metadata.TargetDescription;
import dev.lockstep.tuf.metadata.TargetsRole;
import dev.lockstep.versionmanagement.adapter.TufReleaseSource;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks against a real signed repository over HTTP. */
@Tag("R47")
class RepositoryCheckTest {
  private final ManualClock clock = ManualClock.at("2026-06-01T12:00:00Z");
  @TempDir private Path folder;
  private TestRepository repository;
  private TestSettings settings;
  private TestHub hub;

  @BeforeEach
  void repository() {
    repository = TestRepository.create(folder.resolve("repository"), clock);
    settings = new TestSettings(folder.resolve("hub"));
    settings.autoDownload = false;
    settings.metadataUrl = repository.metadataUrl();
    settings.contentUrl = repository.contentUrl();
    settings.rootFile = repository.rootFile();
  }

  @AfterEach
  void close() {
    if (hub != null) {
      hub.close();
    }
    repository.close();
  }

  private TestHub hub() {
    hub = new TestHub(settings, clock, TufReleaseSource.of(settings.settings(), clock));
    return hub.start().withApp();
  }

  private ReleaseDescription publish(String version) {
    return repository.publish(
        ReleaseSpec.of("backend", version)
            .withProvides("backend", version)
            .withNotes("What is new in " + version));
  }

  private void refused(CheckResult result, String code) {
    CheckResponse response = hub.check();

    assertThat(response.getResult()).isEqualTo(result);
    assertThat(response.getError().getCode()).isEqualTo(ErrorCode.valueOf("ERROR_CODE_" + code));
    assertThat(response.getError().getMessage()).startsWith("cannot ");
    assertThat(response.hasOffer()).isFalse();
  }

  private void refusedWithoutAnyOffer(String code) {
    refused(CheckResult.CHECK_RESULT_UNTRUSTED, code);
    assertThat(hub.state().hasOffer()).isFalse();
    assertThat(hub.said(Topics.AVAILABLE))
        .allMatch(available -> available.getOffer().getReleasesCount() == 0);
  }

  @Test
  @Tag("R48")
  void check_published_isOfferedWithWhatThePublisherSigned() {
    ReleaseDescription description = publish("1.1.0");

    CheckResponse response = hub().check();

    assertThat(response.getResult()).isEqualTo(CheckResult.CHECK_RESULT_AVAILABLE);
    assertThat(response.getOffer().getReleasesList())
        .singleElement()
        .satisfies(
            release -> {
              assertThat(release.getComponent()).isEqualTo("backend");
              assertThat(release.getFromVersion()).isEqualTo("1.0.0");
              assertThat(release.getToVersion()).isEqualTo("1.1.0");
              assertThat(release.getNotes()).isEqualTo("What is new in 1.1.0");
              assertThat(release.getInstalledSize()).isEqualTo(description.installedSize());
              assertThat(release.getDownloadSize())
                  .isGreaterThan(description.artifacts().get(0).size());
              assertThat(release.getManifestTarget())
                  .isEqualTo("stable/backend/backend-1.1.0.manifest.json");
              assertThat(release.getProvides(0).getVersion()).isEqualTo("1.1.0");
              assertThat(release.getDevicesList()).containsExactly("hub");
            });
    assertThat(settings.folder.resolve("state/tuf/versions")).isDirectory();
  }

  @Test
  @Tag("R65")
  void check_serverDownAndMirrorUp_asksTheMirror() throws Exception {
    publish("1.1.0");
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      settings.metadataUrl = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
    }
    settings.mirrors = List.of(repository.metadataUrl());

    assertThat(hub().check().getResult()).isEqualTo(CheckResult.CHECK_RESULT_AVAILABLE);
  }

  @Test
  @Tag("R77")
  void check_sourceWithoutSignatures_isRefusedWhateverItsHashes() {
    publish("1.1.0");
    String timestamp = new String(repository.forgery().rememberTimestamp(), StandardCharsets.UTF_8);
    String unsigned = timestamp.replaceFirst("\"signatures\":\\[[^]]*]", "\"signatures\":[]");
    assertThat(unsigned).isNotEqualTo(timestamp);
    repository.forgery().garbleTimestamp(unsigned.getBytes(StandardCharsets.UTF_8));

    hub();

    refused(CheckResult.CHECK_RESULT_UNTRUSTED, "TRUST_SIGNATURE");
  }

  @Test
  @Tag("R57")
  void check_emptyRepository_isUpToDate() {
    assertThat(hub().check().getResult()).isEqualTo(CheckResult.CHECK_RESULT_UP_TO_DATE);
  }

  @Test
  void check_publishedLater_isFoundByTheNextCheck() {
    hub();
    publish("1.1.0");

    assertThat(hub.check().getResult()).isEqualTo(CheckResult.CHECK_RESULT_AVAILABLE);
  }

  @ParameterizedTest
  @Tag("R39")
  @CsvSource({"STABLE, 1.1.0", "BETA, 1.2.0", "DEV, 1.3.0"})
  void check_channel_isHonouredStrictly(UpdateSettings.Channel channel, String expected) {
    publish("1.1.0");
    repository.publish(ReleaseSpec.of("backend", "1.2.0").withChannel("beta"));
    repository.publish(ReleaseSpec.of("backend", "1.3.0").withChannel("dev"));
    settings.channel = channel;

    // A newer one of another channel would be higher, or lower: only the channel decides.
    CheckResponse response = hub().check("backend");

    if (channel == UpdateSettings.Channel.STABLE) {
      assertThat(hub.offered(response.getOffer())).isEqualTo(Map.of("backend", expected));
      assertThat(response.getWithheldList()).isEmpty();
    } else {
      assertThat(response.getWithheldList())
          .as("it is seen, but leaves the kiosks without an API")
          .extracting(one -> one.getVersion())
          .containsExactly(expected);
    }
  }

  @ParameterizedTest
  @Tag("R74")
  @Tag("R80")
  @CsvSource({"timestamp", "snapshot", "stable"})
  void check_wrongSignature_isUntrustedAndNothingIsOffered(String role) {
    publish("1.1.0");
    repository.forgery().signWithWrongKey(role);
    hub();

    refusedWithoutAnyOffer("TRUST_SIGNATURE");
  }

  @Test
  @Tag("R75")
  @Tag("R80")
  void check_expiredTimestamp_isUntrustedAndNothingIsOffered() {
    publish("1.1.0");
    repository.expireTimestamp();
    hub();

    refusedWithoutAnyOffer("TRUST_EXPIRED");
  }

  @Test
  @Tag("R75")
  void check_olderTimestamp_isUntrustedAndTheOfferIsTakenBack() {
    publish("1.1.0");
    byte[] older = repository.forgery().rememberTimestamp();
    publish("1.2.0");
    hub();
    assertThat(hub.check().getResult()).isEqualTo(CheckResult.CHECK_RESULT_AVAILABLE);
    repository.forgery().replayTimestamp(older);

    refused(CheckResult.CHECK_RESULT_UNTRUSTED, "TRUST_ROLLBACK");
    assertThat(hub.state().hasOffer()).isFalse();
  }

  @Test
  @Tag("R75")
  void check_mixAndMatch_isUntrusted() {
    publish("1.1.0");
    publish("1.2.0");
    repository.forgery().mixAndMatch("stable");
    hub();

    refusedWithoutAnyOffer("TRUST_MIX_AND_MATCH");
  }

  @Test
  @Tag("R65")
  void check_garbledAnswer_isMalformed() {
    publish("1.1.0");
    repository.forgery().garbleTimestamp("<html>login</html>".getBytes(StandardCharsets.UTF_8));
    hub();

    refused(CheckResult.CHECK_RESULT_MALFORMED, "TRUST_MALFORMED");
  }

  @Test
  @Tag("R65")
  void check_serverDown_isUnreachableAndBackLater() {
    publish("1.1.0");
    hub();
    repository.down();

    refused(CheckResult.CHECK_RESULT_UNREACHABLE, "SOURCE_UNREACHABLE");
    repository.up();
    assertThat(hub.check().getResult()).isEqualTo(CheckResult.CHECK_RESULT_AVAILABLE);
  }

  @Test
  @Tag("R65")
  @Tag("R68")
  void check_bodyThatNeverComes_isUnreachableAfterOneTimeout() {
    settings.downloadTimeout = Duration.ofSeconds(1);
    settings.maxRetries = 3;
    publish("1.1.0");
    hub();
    repository.forgetAccesses();
    repository.faults().on("timestamp.json").hold(0);

    long begin = System.nanoTime();
    refused(CheckResult.CHECK_RESULT_UNREACHABLE, "SOURCE_UNREACHABLE");

    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .as("no retries, each of which would take the timeout and a delay of 1 s")
        .isBetween(Duration.ofMillis(900), Duration.ofSeconds(4));
    repository.faults().clear();
    assertThat(hub.check().getResult()).isEqualTo(CheckResult.CHECK_RESULT_AVAILABLE);
  }

  @Test
  @Tag("R65")
  void check_serverThatNeverAnswers_isUnreachableAfterOneTimeout() throws Exception {
    settings.downloadTimeout = Duration.ofSeconds(1);
    settings.maxRetries = 3;
    // The system accepts the connection; nobody ever reads from it.
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      settings.metadataUrl = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/metadata/");
      hub();

      long begin = System.nanoTime();
      refused(CheckResult.CHECK_RESULT_UNREACHABLE, "SOURCE_UNREACHABLE");

      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .isBetween(Duration.ofMillis(900), Duration.ofSeconds(4));
    }
  }

  @ParameterizedTest
  @Tag("R65")
  @CsvSource({
    "404, CLIENT_ERROR, SOURCE_CLIENT_ERROR",
    "500, SERVER_ERROR, SOURCE_SERVER_ERROR",
    "503, SERVER_ERROR, SOURCE_SERVER_ERROR",
  })
  void check_errorStatus_hasItsOwnResult(int status, String result, String code) {
    hub();
    repository.faults().on("timestamp.json").status(status);

    refused(CheckResult.valueOf("CHECK_RESULT_" + result), code);
  }

  @Test
  @Tag("R52")
  void check_tooManyRequests_saysWhenToComeBack() {
    hub();
    repository.faults().on("timestamp.json").status(429, Duration.ofSeconds(120));

    CheckResponse response = hub.check();

    assertThat(response.getResult()).isEqualTo(CheckResult.CHECK_RESULT_RATE_LIMITED);
    assertThat(Instant.ofEpochSecond(response.getRetryAt().getSeconds()))
        .isEqualTo(clock.instant().plusSeconds(120));
  }

  @Test
  @Tag("R63")
  void check_plainHttpNotAllowed_namesTheSetting() {
    settings.allowPlainHttp = false;
    settings.metadataUrl = URI.create("http://repository.example/metadata/");
    hub();

    CheckResponse response = hub.check();

    assertThat(response.getError().getCode()).isEqualTo(ErrorCode.ERROR_CODE_SOURCE_PLAIN_HTTP);
    assertThat(response.getError().getMessage()).contains("source.allow_plain_http");
  }

  @Test
  void check_noRootYet_saysSoInsteadOfNotStarting() throws Exception {
    Path root = settings.rootFile;
    settings.rootFile = folder.resolve("nowhere.json");
    publish("1.1.0");
    hub();

    refused(CheckResult.CHECK_RESULT_FAILED, "TRUST_NO_ROOT");

    Files.copy(root, settings.rootFile);
    assertThat(hub.check().getResult())
        .as("once it is there, no restart is needed")
        .isEqualTo(CheckResult.CHECK_RESULT_AVAILABLE);
  }

  @Test
  @Tag("R47")
  void check_descriptionThatCannotBeReadFully_isWithheldAndOthersGoOn() {
    publish("1.1.0");
    publish("1.2.0");
    publish("1.3.0");
    TargetsRole stable =
        repository.directory().channel(repository.directory().current(), "stable").role();
    Map<String, TargetDescription> targets = new TreeMap<>(stable.targets());
    targets.computeIfPresent(
        "stable/backend/backend-1.3.0.manifest.json",
        (path, target) ->
            TargetDescription.of(
                target.length(),
                target.hashes(),
                JsonObject.parse(
                    target.custom().toJson().replace("\"kind\":", "\"surprise\":1,\"kind\":"))));
    targets.put(
        "stable/backend/backend-1.2.5.manifest.json",
        targets.get("stable/backend/backend-1.2.0.manifest.json"));
    repository.forgery().replaceTargets("stable", targets);

    CheckResponse response = hub().check();

    assertThat(hub.offered(response.getOffer())).isEqualTo(Map.of("backend", "1.2.0"));
    assertThat(response.getWithheldList())
        .satisfiesExactly(
            elsewhere -> {
              assertThat(elsewhere.getVersion()).isEqualTo("1.2.5");
              assertThat(elsewhere.getReason()).contains("belongs to");
            },
            unreadable -> {
              assertThat(unreadable.getVersion()).isEqualTo("1.3.0");
              assertThat(unreadable.getReason()).contains("surprise");
            });
  }
}
