package dev.lockstep.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdInputStream;
import dev.lockstep.protocol.release.DeltaDescription;
import dev.lockstep.protocol.release.DeltaEntry;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.repository.check.RepositoryCheck;
import dev.lockstep.tuf.metadata.Hashes;
import dev.lockstep.tuf.metadata.TargetDescription;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class DeltaTest {
  private static final int LARGE = 9 << 20;

  @TempDir private Path folder;
  private Studio studio;

  @BeforeEach
  void initialize() {
    studio = new Studio(folder, Clock.systemUTC()).initialize();
  }

  /** A tree with a library that changes a little, one that stays, and one under another name. */
  private ReleaseContent tree(String version) throws IOException {
    Path tree = Trees.small(folder.resolve("tree-" + version), "backend " + version);
    byte[] changing = random(100_000, 1);
    System.arraycopy(version.getBytes(), 0, changing, 50_000, version.length());
    Files.write(tree.resolve("lib/changing.bin"), changing);
    Files.write(tree.resolve("lib/staying.bin"), random(200_000, 2));
    byte[] renamed = random(100_000, 3);
    System.arraycopy(version.getBytes(), 0, renamed, 0, version.length());
    Files.write(tree.resolve("lib/tool-" + version + ".jar"), renamed);
    return ReleaseContent.tree(tree);
  }

  private static byte[] random(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private ReleaseDescription publish(String version, DeltaPlan plan) throws IOException {
    return studio.publisher().publish(ReleaseSpec.of("backend", version), tree(version), plan);
  }

  private List<TarArchiveEntry> entries(String target) throws IOException {
    String sha256 = listed("stable", target).hashes().get("sha256");
    List<TarArchiveEntry> entries = new ArrayList<>();
    try (InputStream file = Files.newInputStream(studio.directory().targetFile(target, sha256));
        TarArchiveInputStream tar = new TarArchiveInputStream(new ZstdInputStream(file))) {
      for (TarArchiveEntry one = tar.getNextEntry(); one != null; one = tar.getNextEntry()) {
        entries.add(one);
      }
    }
    return entries;
  }

  private TargetDescription listed(String channel, String target) {
    RepositoryDirectory directory = studio.directory();
    return directory.channel(directory.current(), channel).role().targets().get(target);
  }

  @Test
  @Tag("R64")
  void publish_withDelta_holdsOnlyWhatChanged() throws IOException {
    publish("1.0.0", DeltaPlan.NONE);
    ReleaseDescription next =
        publish("1.1.0", DeltaPlan.from(List.of(ReleaseVersion.parse("1.0.0"))));

    assertThat(next.artifacts()).hasSize(2);
    ReleaseDescription.Artifact delta = next.artifacts().get(1);
    assertThat(next.artifacts().get(0).format()).isEqualTo("tar.gz");
    assertThat(delta.format()).isEqualTo("delta");
    assertThat(delta.target()).isEqualTo("stable/backend/backend-1.1.0.from-1.0.0.delta");
    assertThat(delta.size()).isLessThan(3_000).isLessThan(next.artifacts().get(0).size() / 100);
    List<DeltaEntry> names =
        entries(delta.target()).stream().map(entry -> DeltaEntry.parse(entry.getName())).toList();
    assertThat(names.stream().filter(entry -> entry.base().isPresent()))
        .as("the changed library, the renamed one, and small texts")
        .hasSizeGreaterThanOrEqualTo(2);
    assertThat(names).extracting(DeltaEntry::content).doesNotContain(hash("lib/staying.bin"));
    DeltaDescription described =
        ReleaseJson.delta(
            JsonMapper.shared()
                .readTree(listed("stable", delta.target()).custom().toNode().toString())
                .get("lockstep-delta")
                .toString());
    assertThat(described.from()).hasToString("1.0.0");
    assertThat(described.fromManifest())
        .isEqualTo(
            listed("stable", "stable/backend/backend-1.0.0.manifest.json").hashes().get("sha256"));
    assertThat(problems()).isEmpty();
    try (Stream<Path> left = Files.list(studio.repository().resolve("incoming"))) {
      assertThat(left).isEmpty();
    }
  }

  private String hash(String path) throws IOException {
    return Hashes.hex("sha256", Files.readAllBytes(folder.resolve("tree-1.1.0").resolve(path)));
  }

  private List<String> problems() {
    return new RepositoryCheck(studio.directory(), Clock.systemUTC(), Duration.ofDays(1), true)
        .run().stream()
            .filter(finding -> finding.failure() || finding.name().equals("unused-file"))
            .map(Object::toString)
            .toList();
  }

  @Test
  @Tag("R64")
  void publish_latest_takesTheNewestOlderOnesOnly() throws IOException {
    for (String version : List.of("1.0.0", "1.1.0", "1.2.0", "3.0.0")) {
      publish(version, DeltaPlan.NONE);
    }
    ReleaseDescription next = publish("2.0.0", DeltaPlan.latest(2));
    assertThat(next.artifacts())
        .extracting(ReleaseDescription.Artifact::target)
        .containsExactly(
            "stable/backend/backend-2.0.0.tar.gz",
            "stable/backend/backend-2.0.0.from-1.2.0.delta",
            "stable/backend/backend-2.0.0.from-1.1.0.delta");
  }

  @Test
  @Tag("R64")
  void publish_deltaThatIsNotSmaller_isLeftOut() throws IOException {
    studio.publisher().publish(ReleaseSpec.of("backend", "1.0.0"), studio.tree("one"));
    ReleaseDescription next =
        studio
            .publisher()
            .publish(ReleaseSpec.of("backend", "1.1.0"), studio.tree("two"), DeltaPlan.latest(1));
    assertThat(next.artifacts()).hasSize(1);
    assertThat(problems()).isEmpty();
  }

  @Test
  void publish_deltaFromWhatIsNotThere_isRefusedAndPublishesNothing() {
    assertThatThrownBy(
            () -> publish("1.1.0", DeltaPlan.from(List.of(ReleaseVersion.parse("1.0.0")))))
        .isInstanceOf(RepositoryException.NotFound.class)
        .hasMessageContaining("1.0.0");
    assertThat(studio.directory().releases()).isEmpty();
  }

  @Test
  @Tag("R64")
  void publish_largeFile_isPatchedInBlocks() throws IOException {
    Path before = folder.resolve("large-1");
    Path after = folder.resolve("large-2");
    byte[] content = random(LARGE, 5);
    Files.createDirectories(before);
    Files.createDirectories(after);
    Files.write(before.resolve("model.bin"), content);
    // What comes in front moves everything: the beginning no longer fits, the end does.
    byte[] moved = new byte[LARGE + 1000];
    System.arraycopy(random(1000, 6), 0, moved, 0, 1000);
    System.arraycopy(content, 0, moved, 1000, LARGE);
    Files.write(after.resolve("model.bin"), moved);
    Trees.mode(before.resolve("model.bin"), "rw-r--r--");
    Trees.mode(after.resolve("model.bin"), "rw-r--r--");
    studio.publisher().publish(ReleaseSpec.of("backend", "1.0.0"), ReleaseContent.tree(before));
    ReleaseDescription next =
        studio
            .publisher()
            .publish(
                ReleaseSpec.of("backend", "1.1.0"),
                ReleaseContent.tree(after),
                DeltaPlan.latest(1));
    ReleaseDescription.Artifact delta = next.artifacts().get(1);
    assertThat(delta.size()).isLessThan(10_000);
    assertThat(entries(delta.target()))
        .filteredOn(e -> e.getName().startsWith("patch/"))
        .hasSize(3);
  }

  @Test
  @Tag("R64")
  void promote_releaseWithDelta_takesItAlong() throws IOException {
    publish("1.0.0", DeltaPlan.NONE);
    publish("1.1.0", DeltaPlan.latest(1));
    ReleaseSelection release = ReleaseSelection.of("backend", "1.1.0", "stable");
    studio.publisher().promote(release, "beta", OptionalInt.empty());
    TargetDescription delta = listed("beta", "beta/backend/backend-1.1.0.from-1.0.0.delta");
    assertThat(delta.custom().toNode().has("lockstep-delta")).isTrue();
    assertThat(problems()).isEmpty();
    studio.publisher().withdraw(release);
    assertThat(listed("stable", "stable/backend/backend-1.1.0.from-1.0.0.delta")).isNull();
  }

  @Test
  void publish_twice_givesTheSameBytes() throws IOException {
    publish("1.0.0", DeltaPlan.NONE);
    publish("1.1.0", DeltaPlan.latest(1));
    String target = "stable/backend/backend-1.1.0.from-1.0.0.delta";
    String first = listed("stable", target).hashes().get("sha256");
    studio.publisher().withdraw(ReleaseSelection.of("backend", "1.1.0", "stable"));
    publishAgain();
    assertThat(listed("stable", target).hashes()).containsEntry("sha256", first);
  }

  private void publishAgain() {
    studio
        .publisher()
        .publish(
            ReleaseSpec.of("backend", "1.1.0"),
            ReleaseContent.tree(folder.resolve("tree-1.1.0")),
            DeltaPlan.latest(1));
  }
}
