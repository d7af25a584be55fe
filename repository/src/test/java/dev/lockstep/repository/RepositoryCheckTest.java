package dev.lockstep.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.lockstep.repository.check.Finding;
import dev.lockstep.repository.check.RepositoryCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryCheckTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T10:00:00Z"), ZoneOffset.UTC);

  @TempDir private Path folder;
  private Studio studio;

  @BeforeEach
  void publish() throws IOException {
    RepositorySettings strong =
        RepositorySettings.defaults().withThreshold("root", 2).withThreshold("targets", 2);
    studio = new Studio(folder, CLOCK).initialize(strong, KeyPlan.DEFAULT.withCount("root", 3));
    studio.publisher().publish(ReleaseSpec.of("backend", "1.0.0"), studio.tree("a"));
  }

  private List<Finding> findings(Clock clock) {
    return new RepositoryCheck(studio.directory(), clock, Duration.ofDays(30), true).run();
  }

  private List<String> names(Clock clock) {
    return findings(clock).stream()
        .map(finding -> (finding.failure() ? "failed " : "") + finding.name())
        .toList();
  }

  private Path file(String folderName, String part) throws IOException {
    try (Stream<Path> all = Files.walk(studio.repository().resolve(folderName))) {
      return all.filter(path -> path.getFileName().toString().contains(part))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void run_soundRepository_nothingFound() {
    assertThat(findings(CLOCK)).isEmpty();
  }

  @Test
  @Tag("R75")
  void run_expired_failsAsAClientDoes() {
    assertThat(names(Clock.offset(CLOCK, Duration.ofDays(8))))
        .containsExactly("failed TRUST_EXPIRED");
  }

  @Test
  @Tag("R75")
  void run_endNear_warnsPerRole() {
    assertThat(names(Clock.offset(CLOCK, Duration.ofHours(6 * 24 + 12))))
        .containsExactly("expires-soon");
    Clock later = Clock.offset(CLOCK, Duration.ofDays(340));
    Publisher.open(studio.repository(), studio.keys(), later).refresh(Duration.ZERO);

    assertThat(findings(later))
        .allSatisfy(one -> assertThat(one.name()).isEqualTo("expires-soon"))
        .extracting(one -> one.message().split(" ")[0])
        .containsExactly("beta", "dev", "root", "stable", "targets");
  }

  @Test
  @Tag("R76")
  void run_contentChangedOrGone_failsPerTarget() throws IOException {
    Path artifact = file("targets", ".tar.gz");
    Files.write(artifact, new byte[] {1, 2, 3});
    Files.delete(file("targets", "manifest.json"));

    assertThat(findings(CLOCK))
        .extracting(Finding::failure, Finding::name)
        .containsExactly(tuple(true, "content"), tuple(true, "content"));
  }

  @Test
  void run_metadataChangedOrGone_fails() throws IOException {
    Path stable = studio.repository().resolve("metadata/2.stable.json");
    Files.writeString(stable, Files.readString(stable).replace("1.0.0", "9.0.0"));
    assertThat(names(CLOCK)).containsExactly("failed TRUST_LENGTH_OR_HASH");
    Files.delete(studio.repository().resolve("metadata/1.root.json"));
    assertThat(names(CLOCK)).containsExactly("failed SOURCE_UNREACHABLE");
  }

  @Test
  void run_unusedFileAndPrivateKey_toldApart() throws IOException {
    Files.writeString(studio.repository().resolve("targets/stable/left.txt"), "x");
    Files.copy(studio.keyFiles("root").get(0), studio.repository().resolve("targets/root.abc.key"));

    assertThat(names(CLOCK)).containsExactly("failed private-key", "unused-file");
  }

  @Test
  @Tag("R74")
  void run_oneKeyEach_weakThresholdsAndNoSpareKey() throws IOException {
    studio = new Studio(folder.resolve("weak"), CLOCK).initialize();

    assertThat(names(CLOCK)).containsExactly("no-spare-key", "weak-threshold", "weak-threshold");
  }
}
