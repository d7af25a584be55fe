package dev.lockstep.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.repository.bundle.BundleWriter;
import dev.lockstep.repository.tree.ArchiveFormat;
import dev.lockstep.tuf.metadata.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two publishers with the same keys, inputs and clock make the same repository, byte by byte. */
class ReproducibleRepositoryTest {
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

  /** Few enough for components to get roles of their own on the way. */
  private static final int CHANNEL_TARGETS = 6;

  @TempDir private Path folder;

  /** One publisher's life, a day between two steps. */
  private final class Life {
    private final Path home;
    private int day;

    Life(String name) {
      home = folder.resolve(name);
    }

    Studio studio() {
      return new Studio(home, Clock.fixed(START.plus(Duration.ofDays(day)), ZoneOffset.UTC));
    }

    Publisher next() {
      day++;
      return studio().publisher();
    }

    void begin() {
      studio()
          .initialize(
              RepositorySettings.defaults().withChannelTargets(CHANNEL_TARGETS), KeyPlan.DEFAULT);
    }

    /** The same tree in another place, written in another order and at another time. */
    Path tree(String version, boolean backwards, FileTime time) throws IOException {
      Path tree = home.resolve("input-" + version);
      byte[] library = new byte[100_000];
      new Random(1).nextBytes(library);
      System.arraycopy(version.getBytes(), 0, library, 50_000, version.length());
      Map<String, byte[]> files = new TreeMap<>();
      for (int i = 0; i < 20; i++) {
        files.put("data-" + i, ("data " + i + " of " + version).getBytes());
      }
      files.put("lib.bin", library);
      Files.createDirectories(tree);
      List<String> order =
          files.keySet().stream()
              .sorted((a, b) -> backwards ? b.compareTo(a) : a.compareTo(b))
              .toList();
      for (String name : order) {
        Path file = Files.write(tree.resolve(name), files.get(name));
        Trees.mode(file, "rw-r--r--");
        Files.setLastModifiedTime(file, time);
      }
      return tree;
    }

    Map<String, String> hashes() throws IOException {
      Path repository = studio().repository();
      Map<String, String> hashes = new TreeMap<>();
      try (Stream<Path> all = Files.walk(repository)) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          hashes.put(
              repository.relativize(file).toString(),
              Hashes.hex("sha256", Files.readAllBytes(file)));
        }
      }
      return hashes;
    }
  }

  private static ReleaseSpec spec(String component, String version, String channel) {
    return ReleaseSpec.of(component, version)
        .withChannel(channel)
        .withNotes("Faster.")
        .withProvides("z-api", "1.0.0")
        .withProvides("a-api", "1.0.0")
        .withRequires("m-api", ">=1.0.0");
  }

  private void live(Life life, boolean backwards) throws IOException {
    FileTime time = FileTime.from(backwards ? START : Instant.EPOCH.plusSeconds(1));
    for (String version : List.of("1.0.0", "1.1.0", "1.2.0")) {
      life.next()
          .publish(
              spec("backend", version, "dev"),
              ReleaseContent.tree(life.tree(version, backwards, time)),
              DeltaPlan.latest(2));
    }
    life.next()
        .publish(
            spec("kiosk-ui", "1.0.0", "dev").withRolloutPercent(10),
            new ReleaseContent.Tree(life.home.resolve("input-1.0.0"), ArchiveFormat.TAR_ZST));
    life.next()
        .publish(
            spec("kiosk-ui", "1.1.0", "dev").withPlatform("linux/amd64"),
            new ReleaseContent.Tree(life.home.resolve("input-1.1.0"), ArchiveFormat.TAR_ZST));
    life.next()
        .publish(
            spec("backend", "1.3.0", "dev"),
            ReleaseContent.tree(life.tree("1.3.0", backwards, time)),
            DeltaPlan.from(List.of(ReleaseVersion.parse("1.2.0"))));
    ReleaseSelection promoted = ReleaseSelection.of("backend", "1.2.0", "dev");
    life.next().promote(promoted, "stable", OptionalInt.of(20));
    life.next().pauseRollout(ReleaseSelection.of("backend", "1.2.0", "stable"));
    life.next().resumeRollout(ReleaseSelection.of("backend", "1.2.0", "stable"));
    life.next().withdraw(ReleaseSelection.of("backend", "1.1.0", "dev"));
    life.next().refresh(Duration.ofDays(360));
  }

  private void copyKeys(Life from, Life to) throws IOException {
    Path keys = Files.createDirectories(to.studio().keysFolder());
    try (Stream<Path> all = Files.list(from.studio().keysFolder())) {
      for (Path key : all.toList()) {
        Files.copy(key, keys.resolve(key.getFileName()));
      }
    }
  }

  @Test
  void wholeLife_sameInputsKeysAndClock_sameBytesInEveryFile() throws IOException {
    Life one = new Life("one");
    Life other = new Life("somewhere/else");
    one.begin();
    copyKeys(one, other);
    other.begin();

    live(one, false);
    live(other, true);

    Map<String, String> hashes = one.hashes();
    assertThat(hashes.keySet())
        .as("the life has deltas, both formats and components' roles")
        .anyMatch(name -> name.endsWith(".from-1.2.0.delta"))
        .anyMatch(name -> name.endsWith(".tar.gz"))
        .anyMatch(name -> name.endsWith(".tar.zst"))
        .anyMatch(name -> name.endsWith(".dev-backend.json"));
    assertThat(other.hashes()).isEqualTo(hashes);
    assertThat(bundle(one)).hasSameBinaryContentAs(bundle(other));
  }

  private Path bundle(Life life) {
    Path file = life.home.resolve("bundle.zip");
    new BundleWriter(life.studio().directory(), Set.of("stable", "dev"), Set.of()).writeTo(file);
    return file;
  }
}
