package dev.lockstep.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.repository.ReleaseContent;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.repository.RepositoryException;
import dev.lockstep.tuf.DirectoryMetadataStore;
import dev.lockstep.tuf.FetchException;
import dev.lockstep.tuf.HttpFetcher;
import dev.lockstep.tuf.HttpSettings;
import dev.lockstep.tuf.TargetFile;
import dev.lockstep.tuf.TufException;
import dev.lockstep.tuf.Updater;
import dev.lockstep.tuf.UpdaterSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real TUF client against each way in which the repository can be told to misbehave. */
@Timeout(60)
class TestRepositoryTest {
  @TempDir private Path folder;
  private TestRepository repository;
  private Updater updater;

  @BeforeEach
  void start() {
    repository = TestRepository.create(folder.resolve("served"));
    updater = client("metadata");
  }

  @AfterEach
  void stop() {
    repository.close();
  }

  private Updater client(String metadata) {
    DirectoryMetadataStore store = new DirectoryMetadataStore(folder.resolve(metadata));
    store.initializeRoot(repository.root());
    HttpSettings settings =
        HttpSettings.defaults()
            .withPlainHttp(true)
            .withTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(10));
    return new Updater(
        UpdaterSettings.of(repository.metadataUrl(), repository.contentUrl()),
        new HttpFetcher(settings, Clock.systemUTC()),
        store,
        Clock.systemUTC());
  }

  private static String codeOf(ThrowingCallable action) {
    try {
      action.call();
    } catch (TufException refused) {
      return refused.code();
    } catch (Throwable other) {
      throw new AssertionError(other);
    }
    return "nothing was refused";
  }

  private TargetFile artifact(ReleaseDescription release) {
    updater.refresh();
    return updater.findTarget(release.artifacts().get(0).target()).orElseThrow();
  }

  @Test
  @Tag("R47")
  void publish_smallTree_clientDownloadsIt() {
    ReleaseDescription release = repository.publish("backend", "1.0.0");

    Path file = folder.resolve("artifact");
    updater.refresh();
    updater.download(artifact(release), file);

    assertThat(file).hasSize(release.artifacts().get(0).size());
    assertThat(repository.accesses("/targets/")).hasSize(1);
    assertThat(repository.bytesSent()).isGreaterThan(release.artifacts().get(0).size());
  }

  @Test
  void create_inATemporaryFolder_removedWhenClosed() {
    Path used;
    try (TestRepository temporary = TestRepository.create()) {
      temporary.publish("backend", "1.0.0");
      used = temporary.directory().folder();
      assertThat(used).exists();
    }
    assertThat(used.getParent()).doesNotExist();
  }

  @Test
  @Tag("R65")
  void down_thenUp_unreachableThenServedOnTheSamePort() {
    updater.refresh();
    repository.down();
    assertThat(codeOf(updater::refresh)).isEqualTo("SOURCE_UNREACHABLE");
    repository.up();
    updater.refresh();
  }

  @Test
  @Tag("R52")
  @Tag("R65")
  void faults_status_eachIsSeenAsWhatItIs() {
    repository.faults().on("timestamp.json").once().status(429, Duration.ofSeconds(7));
    assertThatThrownBy(updater::refresh)
        .isInstanceOfSatisfying(
            FetchException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo("SOURCE_RATE_LIMITED");
              assertThat(failure.retryAfter()).isNotNull();
            });
    repository.faults().on("timestamp.json").once().status(503);
    assertThat(codeOf(updater::refresh)).isEqualTo("SOURCE_SERVER_ERROR");
    updater.refresh();
    assertThat(repository.accesses("timestamp.json"))
        .extracting(access -> access.status())
        .containsExactly(429, 503, 200);
  }

  @Test
  @Tag("R75")
  void expireTimestamp_client_seesAFreezeAttack() {
    repository.publish("backend", "1.0.0");
    repository.expireTimestamp();
    assertThat(codeOf(updater::refresh)).isEqualTo("TRUST_EXPIRED");
  }

  @ParameterizedTest
  @ValueSource(strings = {"timestamp", "snapshot", "stable"})
  @Tag("R74")
  void signWithWrongKey_client_refuses(String role) {
    repository.publish("backend", "1.0.0");
    repository.forgery().signWithWrongKey(role);
    assertThat(
            codeOf(
                () -> {
                  updater.refresh();
                  updater.targetsOf("stable");
                }))
        .isEqualTo("TRUST_SIGNATURE");
  }

  @Test
  @Tag("R75")
  void replayTimestamp_client_seesARollbackAttack() {
    byte[] older = repository.forgery().rememberTimestamp();
    repository.publish("backend", "1.0.0");
    updater.refresh();
    repository.forgery().replayTimestamp(older);
    assertThat(codeOf(updater::refresh)).isEqualTo("TRUST_ROLLBACK");
  }

  @Test
  @Tag("R75")
  void mixAndMatch_client_seesIt() {
    repository.publish("backend", "1.0.0");
    repository.publish("backend", "1.1.0");
    repository.forgery().mixAndMatch("stable");
    updater.refresh();
    assertThat(codeOf(() -> updater.targetsOf("stable"))).isEqualTo("TRUST_MIX_AND_MATCH");
  }

  @Test
  void garbleTimestamp_client_callsItMalformed() {
    repository.forgery().garbleTimestamp("<html>".getBytes());
    assertThat(codeOf(updater::refresh)).isEqualTo("TRUST_MALFORMED");
  }

  @Test
  @Tag("R78")
  void tamper_artifactAndManifest_clientRefusesBoth() {
    ReleaseDescription release = repository.publish("backend", "1.0.0");
    TargetFile artifact = artifact(release);
    TargetFile manifest =
        updater
            .findTarget(ReleaseDescription.manifestTarget("stable", "backend", "1.0.0", "any"))
            .orElseThrow();
    repository.forgery().tamperArtifact(release);
    repository.forgery().tamperManifest(release);

    Path file = folder.resolve("artifact");
    assertThat(codeOf(() -> updater.download(artifact, file))).isEqualTo("TRUST_LENGTH_OR_HASH");
    assertThat(codeOf(() -> updater.fetchSmall(manifest, 1 << 20)))
        .isEqualTo("TRUST_LENGTH_OR_HASH");
    assertThat(file).doesNotExist();
  }

  @Test
  @Tag("R69")
  void faults_truncateThenNothing_secondDownloadIsWhole() throws Exception {
    ReleaseDescription release =
        repository.publish(
            ReleaseSpec.of("backend", "1.0.0"),
            TreeFixture.small("backend", "1.0.0").random("lib/data", 300_000, 1));
    TargetFile artifact = artifact(release);
    Path file = folder.resolve("artifact");
    repository.faults().on("/targets/").once().truncate(100_000);

    assertThat(codeOf(() -> updater.download(artifact, file))).startsWith("SOURCE_");
    updater.download(artifact, file);

    assertThat(Files.size(file)).isEqualTo(artifact.length());
  }

  @Test
  void faults_corruptAndReplace_clientRefuses() {
    TargetFile artifact = artifact(repository.publish("backend", "1.0.0"));
    Path file = folder.resolve("artifact");
    repository.faults().on("/targets/").once().corrupt(3);
    assertThat(codeOf(() -> updater.download(artifact, file))).isEqualTo("TRUST_LENGTH_OR_HASH");
    repository.faults().on("/targets/").once().replace("other".getBytes());
    assertThat(codeOf(() -> updater.download(artifact, file)))
        .isIn("TRUST_LENGTH_OR_HASH", "SOURCE_UNREACHABLE", "SOURCE_MALFORMED");
    updater.download(artifact, file);
  }

  @Test
  @Tag("R75")
  void faults_endless_clientStopsReading() {
    repository.faults().on("timestamp.json").once().endless(1L << 30);
    assertThat(codeOf(updater::refresh)).isEqualTo("TRUST_LIMIT");
    repository.faults().clear();
    updater.refresh();
  }

  @Test
  void faults_hold_transferWaitsAtTheGate() throws Exception {
    TargetFile artifact =
        artifact(
            repository.publish(
                ReleaseSpec.of("backend", "1.0.0"),
                TreeFixture.small("backend", "1.0.0").random("lib/data", 300_000, 1)));
    Path file = folder.resolve("artifact");
    BodyGate gate = repository.faults().on("/targets/").hold(50_000);

    CompletableFuture<Void> download =
        CompletableFuture.runAsync(() -> updater.download(artifact, file));
    gate.awaitReached(Duration.ofSeconds(20));
    assertThat(download).isNotDone();
    assertThat(file).doesNotExist();
    gate.open();

    download.get(20, TimeUnit.SECONDS);
    assertThat(file).hasSize(artifact.length());
  }

  @Test
  void faults_slow_takesItsTimeAndArrives() {
    TargetFile artifact =
        artifact(
            repository.publish(
                ReleaseSpec.of("backend", "1.0.0"),
                TreeFixture.small("backend", "1.0.0").random("lib/data", 20_000, 1)));
    repository.faults().on("/targets/").slow(40_000);

    long begin = System.nanoTime();
    updater.download(artifact, folder.resolve("artifact"));

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(300));
  }

  @ParameterizedTest
  @EnumSource(HostileArchive.class)
  @Tag("R79")
  void publishHostile_each_signedButNotOneThatThePublisherWouldTake(HostileArchive hostile) {
    ReleaseSpec spec = ReleaseSpec.of("backend", "1.0.0");
    ReleaseDescription release = repository.publishHostile(spec, hostile);
    String format = release.artifacts().get(0).format();
    Path file = folder.resolve("hostile." + format);
    updater.refresh();
    updater.download(artifact(release), file);
    assertThat(file).exists();

    // What only differs from its manifest is a good archive by itself.
    switch (hostile) {
      case EXTRA_FILE, MISSING_FILE, CHANGED_FILE, LONGER_FILE ->
          repository.publish(spec.withChannel("dev"), ReleaseContent.archive(file));
      default ->
          assertThatThrownBy(
                  () -> repository.publish(spec.withChannel("dev"), ReleaseContent.archive(file)))
              .isInstanceOf(RepositoryException.Refused.class);
    }
  }

  @Test
  void manualClock_advance_movesAllItsZones() {
    ManualClock clock = ManualClock.at("2026-03-29T00:30:00Z");
    ManualClock berlin = clock.withZone(java.time.ZoneId.of("Europe/Berlin"));

    clock.advance(Duration.ofHours(1));

    assertThat(java.time.LocalTime.now(berlin)).isEqualTo(java.time.LocalTime.of(3, 30));
    assertThat(clock.instant()).isEqualTo("2026-03-29T01:30:00Z");
  }
}
