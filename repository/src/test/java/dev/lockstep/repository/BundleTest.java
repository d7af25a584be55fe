package dev.lockstep.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.repository.bundle.BundleWriter;
import dev.lockstep.tuf.BundleFetcher;
import dev.lockstep.tuf.DirectoryMetadataStore;
import dev.lockstep.tuf.FetchException;
import dev.lockstep.tuf.LengthOrHashException;
import dev.lockstep.tuf.TargetFile;
import dev.lockstep.tuf.Updater;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T10:00:00Z"), ZoneOffset.UTC);

  @TempDir private Path folder;
  private Studio studio;
  private byte[] firstRoot;

  @BeforeEach
  void publish() throws IOException {
    studio = new Studio(folder, CLOCK).initialize();
    firstRoot = Files.readAllBytes(studio.directory().rootFile());
    studio.publisher().publish(ReleaseSpec.of("backend", "1.0.0"), studio.tree("a"));
    studio.publisher().publish(ReleaseSpec.of("ui", "1.0.0"), studio.tree("b"));
    studio.publisher().publish(ReleaseSpec.of("ui", "2.0.0").withChannel("dev"), studio.tree("c"));
    studio.publisher().rotate(Rotation.of("root"), Rotation.of("timestamp"));
  }

  private Path bundle(String name, Set<String> channels, Set<String> components) {
    Path file = folder.resolve(name);
    new BundleWriter(studio.directory(), channels, components).writeTo(file);
    return file;
  }

  private Updater device(BundleFetcher fetcher) {
    DirectoryMetadataStore store = new DirectoryMetadataStore(folder.resolve("device"));
    store.initializeRoot(firstRoot);
    return new Updater(BundleFetcher.settings(), fetcher, store, CLOCK);
  }

  @Test
  @Tag("R58")
  @DisplayName("a device without a network takes a release from a bundle, verified")
  void bundle_readByTheClient_sameAsTheRepository() throws IOException {
    Path file = bundle("all.zip", Set.of("stable", "dev"), Set.of());
    try (BundleFetcher fetcher = new BundleFetcher(file)) {
      Updater device = device(fetcher);

      assertThat(Studio.seenBy(device)).isEqualTo(Studio.seenBy(studio.reader("online")));
      ReleaseDescription release = Studio.releases(device, "dev").get(0);
      TargetFile artifact = device.getTarget(release.artifacts().get(0).target());
      device.download(artifact, folder.resolve("artifact"));
      assertThat(folder.resolve("artifact"))
          .hasSameBinaryContentAs(
              studio.directory().targetFile(artifact.path(), artifact.hashes().get("sha256")));
    }
  }

  @Test
  void bundle_oneComponentOfOneChannel_nothingElseInIt() throws IOException {
    Path file = bundle("part.zip", Set.of("stable"), Set.of("ui"));
    try (BundleFetcher fetcher = new BundleFetcher(file)) {
      Updater device = device(fetcher);
      device.refresh();
      TargetFile there = device.getTarget("stable/ui/ui-1.0.0.tar.gz");
      TargetFile left = device.getTarget("stable/backend/backend-1.0.0.tar.gz");

      device.download(there, folder.resolve("there"));
      assertThatThrownBy(() -> device.download(left, folder.resolve("left")))
          .isInstanceOf(FetchException.class)
          .hasMessageContaining("the bundle does not have it");
    }
  }

  @Test
  @DisplayName("the same repository gives the same bytes")
  void bundle_twice_sameBytes() {
    Path one = bundle("one.zip", Set.of("stable", "beta", "dev"), Set.of());
    Path other = bundle("other.zip", Set.of("dev", "stable", "beta"), Set.of());

    assertThat(one).hasSameBinaryContentAs(other);
  }

  @Test
  @Tag("R76")
  void bundle_changedOnTheWay_refused() throws IOException {
    Path artifact =
        studio.directory().targets().resolve("stable/ui").toFile().listFiles()[0].toPath();
    byte[] bytes = Files.readAllBytes(artifact);
    bytes[bytes.length / 2] ^= 1;
    Files.write(artifact, bytes);
    Path file = bundle("bad.zip", Set.of("stable"), Set.of());
    String path = "stable/ui/" + artifact.getFileName().toString().substring(65);
    try (BundleFetcher fetcher = new BundleFetcher(file)) {
      Updater device = device(fetcher);
      device.refresh();
      TargetFile target = device.getTarget(path);

      assertThatThrownBy(() -> device.download(target, folder.resolve("x")))
          .isInstanceOf(LengthOrHashException.class);
    }
  }

  @Test
  @Tag("R75")
  void bundle_tooOld_refusedAsExpired() throws IOException {
    Path file = bundle("old.zip", Set.of("stable"), Set.of());
    DirectoryMetadataStore store = new DirectoryMetadataStore(folder.resolve("late"));
    store.initializeRoot(firstRoot);
    try (BundleFetcher fetcher = new BundleFetcher(file)) {
      Updater late =
          new Updater(
              BundleFetcher.settings(), fetcher, store, Clock.offset(CLOCK, Duration.ofDays(30)));

      assertThatThrownBy(late::refresh).hasMessageContaining("expired");
    }
  }

  @Test
  void bundle_unknownChannel_refused() {
    assertThatThrownBy(() -> bundle("x.zip", Set.of("nightly"), Set.of()))
        .isInstanceOf(RepositoryException.Refused.class);
  }
}
