package dev.lockstep.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.repository.key.Passphrases;
import dev.lockstep.repository.server.RepositoryServer;
import dev.lockstep.tuf.TargetFile;
import dev.lockstep.tuf.metadata.Hashes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublisherTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T10:00:00Z"), ZoneOffset.UTC);

  @TempDir private Path folder;
  private Publisher publisher;
  private RepositoryServer server;
  private ReadingClient client;

  @BeforeEach
  void start() throws IOException {
    publisher =
        Publisher.initialize(
            folder.resolve("repository"), keys(), RepositorySettings.defaults(), CLOCK);
    server =
        RepositoryServer.start(
            folder.resolve("repository"),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    client = ReadingClient.of(server, publisher.directory(), folder.resolve("metadata"), CLOCK);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private KeyFolder keys() {
    return new KeyFolder(folder.resolve("keys"), Passphrases.NONE);
  }

  private ReleaseContent tree(String text) throws IOException {
    return ReleaseContent.tree(Trees.small(folder.resolve("trees").resolve(text), text));
  }

  @Test
  @Tag("R57")
  @DisplayName("R57: an empty repository is verified and has nothing")
  void initialize_newRepository_clientVerifiesItAndFindsNothing() {
    assertThat(client.releases("stable")).isEmpty();
    assertThat(client.releases("beta")).isEmpty();
    assertThat(client.releases("dev")).isEmpty();
  }

  @Test
  @Tag("R47")
  @Tag("R48")
  @Tag("R172")
  @DisplayName("R47, R48: what was published reaches a verifying client with all its facts")
  void publish_tree_clientSeesEveryFact() throws IOException {
    ReleaseSpec spec =
        ReleaseSpec.of("kiosk-ui", "1.1.0")
            .withPlatform("linux/arm64")
            .withCritical(true)
            .withRequired(true)
            .withCheckpoint(true)
            .withProvides("ui-api", "2.0.0")
            .withRequires("backend-api", ">=1.0.0 <2.0.0")
            .withRolloutPercent(10)
            .withNotes("Better \"everything\"\n\n* faster: ü € 𝄞");

    ReleaseDescription signed = publisher.publish(spec, tree("a"));

    assertThat(client.releases("stable")).containsExactly(signed);
    assertThat(signed.critical() && signed.required() && signed.checkpoint()).isTrue();
    assertThat(signed.platform()).isEqualTo("linux/arm64");
    assertThat(signed.requires().get("backend-api")).hasToString(">=1.0.0 <2.0.0");
    assertThat(signed.notes()).isEqualTo(spec.notes());
    assertThat(signed.rolloutPercent()).isEqualTo(10);
  }

  @Test
  @Tag("R76")
  @DisplayName("R76: manifest and artifact are listed with length and hash, and fit each other")
  void publish_tree_manifestListsTheTree() throws IOException {
    ReleaseDescription signed =
        publisher.publish(ReleaseSpec.of("backend", "1.0.0"), tree("content"));
    client.updater().refresh();

    TargetFile described =
        client
            .updater()
            .findTarget(ReleaseDescription.manifestTarget("stable", "backend", "1.0.0", "any"))
            .orElseThrow();
    Manifest manifest =
        ReleaseJson.manifest(
            new ByteArrayInputStream(client.updater().fetchSmall(described, 1 << 20)));
    ReleaseDescription.Artifact artifact = signed.artifacts().get(0);
    TargetFile carried = client.updater().findTarget(artifact.target()).orElseThrow();
    Path downloaded = folder.resolve("download");
    client.updater().download(carried, downloaded);

    assertThat(manifest.entries())
        .extracting(Manifest.Entry::path)
        .containsExactly("VERSION", "bin", "bin/run", "lib", "lib/latest.txt", "lib/text.txt");
    assertThat(manifest.entries())
        .extracting(Manifest.Entry::mode)
        .containsExactly(0644, 0755, 0755, 0755, 0777, 0644);
    assertThat(manifest.entries().get(0).sha256())
        .isEqualTo(Hashes.hex("sha256", "1.0.0\n".getBytes()));
    assertThat(manifest.totalSize()).isEqualTo(signed.installedSize());
    assertThat(Files.size(downloaded)).isEqualTo(artifact.size()).isEqualTo(carried.length());
    assertThat(artifact.format()).isEqualTo("tar.gz");
    assertThat(carried.customJson()).isEqualTo("{}");
  }

  @Test
  @Tag("R39")
  @DisplayName("R39: a release is in its own channel only")
  void publish_inBeta_stableDoesNotHaveIt() throws IOException {
    publisher.publish(ReleaseSpec.of("backend", "1.0.0"), tree("a"));
    publisher.publish(ReleaseSpec.of("backend", "1.1.0").withChannel("beta"), tree("b"));
    publisher.publish(ReleaseSpec.of("backend", "1.2.0").withChannel("dev"), tree("c"));

    assertThat(client.versions("stable", "backend")).containsExactly("1.0.0");
    assertThat(client.versions("beta", "backend")).containsExactly("1.1.0");
    assertThat(client.versions("dev", "backend")).containsExactly("1.2.0");
  }

  @Test
  @Tag("R74")
  @DisplayName("R74: a holder of the dev key cannot sign a stable release")
  void publish_withoutTheChannelsKey_refusedAndNothingChanged() throws IOException {
    try (Stream<Path> list = Files.list(folder.resolve("keys"))) {
      for (Path key : list.toList()) {
        if (key.getFileName().toString().startsWith("stable.")) {
          Files.delete(key);
        }
      }
    }
    Publisher developer = Publisher.open(folder.resolve("repository"), keys(), CLOCK);

    assertThatThrownBy(() -> developer.publish(ReleaseSpec.of("backend", "1.0.0"), tree("a")))
        .isInstanceOf(RepositoryException.KeyUnusable.class)
        .hasMessageMatching("cannot sign stable: 0 of the needed 1 keys are in .*; .*")
        .extracting(failure -> ((RepositoryException) failure).code())
        .isEqualTo(ErrorCode.ERROR_CODE_PUBLISH_KEY);
    developer.publish(ReleaseSpec.of("backend", "1.0.0").withChannel("dev"), tree("b"));

    assertThat(client.releases("stable")).isEmpty();
    assertThat(client.versions("dev", "backend")).containsExactly("1.0.0");
  }

  @Test
  @Tag("R110")
  void publish_sameReleaseAgain_refusedUnlessForAnotherPlatform() throws IOException {
    ReleaseSpec spec = ReleaseSpec.of("backend", "1.0.0").withPlatform("linux/amd64");
    publisher.publish(spec, tree("a"));
    publisher.publish(spec.withPlatform("linux/arm64"), tree("b"));
    publisher.publish(spec.withChannel("beta"), tree("c"));

    assertThatThrownBy(() -> publisher.publish(spec, tree("d")))
        .isInstanceOf(RepositoryException.Refused.class)
        .hasMessage(
            "cannot publish backend 1.0.0 in stable: it is already published; give the release a"
                + " new version");
    assertThat(client.releases("stable")).hasSize(2);
  }

  @Test
  @Tag("R60")
  @DisplayName("R60: all releases of a repository can be listed")
  void releases_severalPublished_listedByComponentAndVersion() throws IOException {
    publisher.publish(ReleaseSpec.of("kiosk-ui", "1.0.0"), tree("a"));
    publisher.publish(ReleaseSpec.of("backend", "1.10.0"), tree("b"));
    publisher.publish(ReleaseSpec.of("backend", "1.9.0").withChannel("beta"), tree("c"));

    assertThat(RepositoryDirectory.open(folder.resolve("repository")).releases())
        .extracting(r -> r.component() + " " + r.version() + " " + r.channel())
        .containsExactly("backend 1.9.0 beta", "backend 1.10.0 stable", "kiosk-ui 1.0.0 stable");
  }

  @Test
  void publish_sameInputsKeysAndClock_sameBytes() throws IOException {
    Path twin = folder.resolve("twin");
    Publisher second = Publisher.initialize(twin, keys(), RepositorySettings.defaults(), CLOCK);
    ReleaseSpec spec =
        ReleaseSpec.of("backend", "1.0.0")
            .withProvides("z-api", "1.0.0")
            .withProvides("a-api", "1.0.0")
            .withProvides("m-api", "1.0.0");
    Path one = Trees.small(folder.resolve("one"), "same");
    Path other = Trees.small(folder.resolve("other"), "same");
    Files.setLastModifiedTime(other.resolve("bin/run"), FileTime.fromMillis(1));

    publisher.publish(spec, ReleaseContent.tree(one));
    second.publish(spec, ReleaseContent.tree(other));

    assertThat(hashes(twin)).isEqualTo(hashes(folder.resolve("repository")));
  }

  private static Map<String, String> hashes(Path root) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        hashes.put(
            root.relativize(file).toString(), Hashes.hex("sha256", Files.readAllBytes(file)));
      }
    }
    return hashes;
  }

  @Test
  void publish_twoPublishersAtOnce_bothReleasesAreThere() throws Exception {
    ReleaseContent content = tree("a");
    List<CompletableFuture<?>> running =
        Stream.of("1.0.0", "1.1.0", "1.2.0", "1.3.0")
            .<CompletableFuture<?>>map(
                version ->
                    CompletableFuture.runAsync(
                        () ->
                            Publisher.open(folder.resolve("repository"), keys(), CLOCK)
                                .publish(ReleaseSpec.of("backend", version), content)))
            .toList();
    CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);

    assertThat(client.versions("stable", "backend"))
        .containsExactly("1.0.0", "1.1.0", "1.2.0", "1.3.0");
  }

  @Test
  @Tag("R75")
  void refresh_beforeExpiry_metadataStaysValid() {
    Duration later = RepositorySettings.defaults().expiry().get("timestamp").plusDays(1);
    Clock week = Clock.offset(CLOCK, later);
    ReadingClient late =
        new ReadingClient(server.url(), root(), folder.resolve("late-metadata"), week);
    assertThatThrownBy(() -> late.releases("stable"))
        .extracting(failure -> ((dev.lockstep.tuf.TufException) failure).code())
        .isEqualTo("TRUST_EXPIRED");

    Publisher.open(folder.resolve("repository"), keys(), week).refresh();

    assertThat(late.releases("stable")).isEmpty();
  }

  private byte[] root() {
    try {
      return Files.readAllBytes(publisher.directory().rootFile());
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  @Test
  @Tag("R74")
  void initialize_thresholdOfTwo_clientAcceptsAndOneKeyIsNotEnough() throws IOException {
    Path other = folder.resolve("two");
    KeyFolder twoKeys = new KeyFolder(folder.resolve("two-keys"), Passphrases.NONE);
    RepositorySettings settings =
        RepositorySettings.defaults().withThreshold("root", 2).withThreshold("stable", 2);
    Publisher.initialize(other, twoKeys, settings, CLOCK)
        .publish(ReleaseSpec.of("backend", "1.0.0"), tree("a"));
    try (RepositoryServer second =
        RepositoryServer.start(other, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      ReadingClient reader =
          ReadingClient.of(
              second, RepositoryDirectory.open(other), folder.resolve("two-metadata"), CLOCK);
      assertThat(reader.versions("stable", "backend")).containsExactly("1.0.0");
    }
    try (Stream<Path> list = Files.list(folder.resolve("two-keys"))) {
      Files.delete(
          list.filter(key -> key.getFileName().toString().startsWith("stable."))
              .findFirst()
              .orElseThrow());
    }
    assertThatThrownBy(
            () ->
                Publisher.open(other, folder.resolve("two-keys"), CLOCK)
                    .publish(ReleaseSpec.of("backend", "1.1.0"), tree("b")))
        .hasMessageContaining("1 of the needed 2 keys");
  }

  @Test
  void initialize_whereOneIs_refused() {
    assertThatThrownBy(
            () ->
                Publisher.initialize(
                    folder.resolve("repository"), keys(), RepositorySettings.defaults(), CLOCK))
        .isInstanceOf(RepositoryException.Refused.class)
        .hasMessageContaining("there already is one");
  }

  @Test
  void open_noRepository_notFound() {
    assertThatThrownBy(() -> Publisher.open(folder.resolve("nowhere"), keys(), CLOCK))
        .isInstanceOf(RepositoryException.NotFound.class)
        .hasMessageMatching("cannot open the repository .*: there is none; .*init");
  }

  @Test
  void releases_damagedMetadata_saysWhichFile() throws IOException {
    Files.writeString(folder.resolve("repository/metadata/1.stable.json"), "{}");

    assertThatThrownBy(() -> publisher.directory().releases())
        .isInstanceOf(RepositoryException.StateUnusable.class)
        .hasMessageContaining("1.stable.json is not the file that was signed");
  }

  @Test
  void publish_unknownChannel_refused() throws IOException {
    ReleaseContent content = tree("a");
    assertThatThrownBy(
            () ->
                publisher.publish(
                    ReleaseSpec.of("backend", "1.0.0").withChannel("nightly"), content))
        .isInstanceOf(RepositoryException.Refused.class)
        .hasMessageContaining("[stable, beta, dev]");
  }

  @Test
  void publish_unusableComponentName_refusedAndNothingListed() throws IOException {
    ReleaseContent content = tree("a");
    assertThatThrownBy(() -> publisher.publish(ReleaseSpec.of("../Evil", "1.0.0"), content))
        .isInstanceOf(RepositoryException.Refused.class)
        .hasMessageContaining("component must be lower case");
    assertThat(publisher.directory().releases()).isEmpty();
  }
}
