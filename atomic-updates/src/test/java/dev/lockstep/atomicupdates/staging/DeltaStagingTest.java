package dev.lockstep.atomicupdates.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.lockstep.atomicupdates.files.FileTrees;
import dev.lockstep.protocol.release.DeltaDescription;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseDescription.Artifact;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.repository.DeltaPlan;
import dev.lockstep.repository.ReleaseContent;
import dev.lockstep.repository.ReleaseSelection;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.testkit.TreeFixture;
import dev.lockstep.tuf.metadata.JsonObject;
import dev.lockstep.tuf.metadata.TargetDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

@Tag("R64")
class DeltaStagingTest {
  private static final int SIZE = 300_000;
  private static final String DELTA = ".delta";
  private static final String ZEROS = "0".repeat(64);

  @TempDir Path folder;
  private StagerBench bench;
  private ReleaseDescription release;

  @BeforeEach
  void stageTheOldOne() throws IOException {
    bench = new StagerBench(folder);
    publish("1.0.0", DeltaPlan.NONE);
    bench.stage("1.0.0");
    release = publish("1.1.0", DeltaPlan.latest(1));
    bench.artifactRequests.clear();
    bench.heard.done.clear();
  }

  @AfterEach
  void close() {
    bench.close();
  }

  /** One file stays, one changes a little, one moves, one comes twice, one changes its mode. */
  private ReleaseDescription publish(String version, DeltaPlan plan) throws IOException {
    byte[] changing = new byte[SIZE];
    new java.util.Random(1).nextBytes(changing);
    System.arraycopy(version.getBytes(), 0, changing, SIZE / 2, version.length());
    boolean first = version.equals("1.0.0");
    TreeFixture tree =
        TreeFixture.small("backend", version)
            .random("staying.bin", SIZE, 2)
            .file("changing.bin", changing, 0644)
            .random(first ? "before/moving.bin" : "after/moving.bin", SIZE, 3)
            .file("mode.txt", "the same".getBytes(), first ? 0644 : 0755)
            .file("one/copy.txt", "copies of " + version)
            .file("two/copy.txt", "copies of " + version)
            .directory("locked", 0555);
    return bench
        .repository
        .publisher()
        .publish(
            ReleaseSpec.of("backend", version),
            ReleaseContent.tree(tree.writeTo(folder.resolve("tree-" + version))),
            plan);
  }

  private Artifact delta() {
    return release.artifacts().get(1);
  }

  private long fullSize() {
    return release.artifacts().get(0).size();
  }

  private void assertFullWasFetched(String why) throws IOException {
    bench.assertStaged("1.1.0");
    assertThat(bench.artifactRequests).isNotEmpty();
    assertThat(bench.heard.lines)
        .anyMatch(line -> line.contains("the whole release is fetched") && line.contains(why));
    assertThat(bench.heard.done).isSorted();
  }

  @Test
  @Tag("R5")
  @Tag("R76")
  void stage_deltaFromTheStagedRelease_isUsedAndGivesTheSameTree() throws IOException {
    long fetched = bench.stage("1.1.0").bytesFetched();
    bench.assertStaged("1.1.0");
    assertThat(bench.artifactRequests).as("requests for the full archive").isEmpty();
    assertThat(bench.deltaRequests).containsExactly(0L);
    assertThat(fetched).isEqualTo(delta().size()).isLessThan(fullSize() / 50);
    assertThat(bench.heard.total).as("progress tells what is fetched").isEqualTo(delta().size());
    assertThat(bench.heard.lines)
        .anyMatch(
            line ->
                line.contains("delta from 1.0.0")
                    && line.contains(delta().size() + " bytes instead of " + fullSize()));
    try (Stream<Path> files = Files.walk(folder.resolve("tree-1.1.0"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path relative = folder.resolve("tree-1.1.0").relativize(file);
        assertThat(bench.slot("1.1.0").resolve(relative.toString())).hasSameBinaryContentAs(file);
      }
    }
  }

  @Test
  void stage_byDelta_oldAndNewSlotShareNoFile() throws IOException {
    bench.stage("1.1.0");
    Files.writeString(bench.slot("1.1.0").resolve("staying.bin"), "written in place");
    assertThat(TreeVerifier.verify(bench.slot("1.0.0"), bench.manifest("1.0.0"))).isEmpty();
  }

  @Test
  void stage_deviceWithAnotherRelease_fetchesTheWhole() throws IOException {
    Files.move(bench.slot("1.0.0"), bench.slot("0.9.0"));
    bench.stage("1.1.0");
    bench.assertStaged("1.1.0");
    assertThat(bench.deltaRequests).isEmpty();
    assertThat(bench.artifactRequests).isNotEmpty();
  }

  @Test
  void stage_sameVersionOfAnotherTree_fetchesTheWhole() throws IOException {
    Path manifest = bench.root().resolve("backend/manifests/1.0.0.json");
    Files.writeString(manifest, Files.readString(manifest) + " ");
    bench.stage("1.1.0");
    bench.assertStaged("1.1.0");
    assertThat(bench.deltaRequests).isEmpty();
  }

  @Test
  void stage_deltaThatIsLarger_fetchesTheWhole() throws IOException {
    replaceDelta(new byte[(int) fullSize() + 1]);
    bench.stage("1.1.0");
    bench.assertStaged("1.1.0");
    assertThat(bench.deltaRequests).isEmpty();
  }

  @Test
  void stage_wholeIsNearlyHereAlready_isNotLeftForADelta() throws IOException {
    bench.maxRetries = 0;
    bench.repository.faults().on(DELTA).status(500);
    bench.repository.faults().on(".tar.gz").truncate((int) fullSize() - 100);
    bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_SOURCE_UNREACHABLE);
    bench.repository.faults().clear();
    assertThat(bench.stage("1.1.0").bytesFetched()).isLessThan(delta().size());
    bench.assertStaged("1.1.0");
  }

  @Test
  @Tag("R76")
  void stage_oldFileIsDamagedShortOrMissing_fetchesTheWhole() throws IOException {
    for (String path : List.of("staying.bin", "changing.bin", "before/moving.bin")) {
      Path file = bench.slot("1.0.0").resolve(path);
      byte[] intact = Files.readAllBytes(file);
      byte[] flipped = intact.clone();
      flipped[intact.length / 3] ^= 1;
      for (byte[] damaged : new byte[][] {flipped, new byte[10], null}) {
        if (damaged == null) {
          Files.delete(file);
        } else {
          Files.write(file, damaged);
        }
        bench.heard.lines.clear();
        bench.heard.done.clear();
        bench.artifactRequests.clear();
        bench.stage("1.1.0");
        assertFullWasFetched("");
        FileTrees.delete(bench.slot("1.1.0"));
        Files.write(file, intact);
      }
    }
  }

  @Test
  @Tag("R78")
  void stage_deltaIsCorruptOnTheWay_fetchesTheWhole() throws IOException {
    bench.repository.faults().on(DELTA).corrupt(500);
    long fetched = bench.stage("1.1.0").bytesFetched();
    assertFullWasFetched("not what was signed");
    assertThat(fetched).as("what came in vain is counted").isEqualTo(delta().size() + fullSize());
    assertThat(bench.heard.total).isEqualTo(delta().size() + fullSize());
  }

  @Test
  void stage_deltaIsGone_fetchesTheWhole() throws IOException {
    bench.repository.faults().on(DELTA).status(404);
    bench.stage("1.1.0");
    assertFullWasFetched("");
  }

  @Test
  void stage_deltaIsNoLongerSigned_fetchesTheWhole() throws IOException {
    Map<String, TargetDescription> targets = targets();
    targets.remove(delta().target());
    bench.repository.forgery().replaceTargets("stable", targets);
    bench.stage("1.1.0");
    bench.assertStaged("1.1.0");
    assertThat(bench.deltaRequests).isEmpty();
  }

  @Test
  void stage_releaseIsWithdrawn_isRefusedThoughItsDeltaIsStillThere() throws IOException {
    bench.repository.publisher().withdraw(ReleaseSelection.of("backend", "1.1.0", "stable"));
    bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_TRUST_UNKNOWN_TARGET);
    bench.assertNotStaged("1.1.0");
  }

  @Test
  void stage_baseIsWithdrawn_deltaIsUsedAllTheSame() throws IOException {
    bench.repository.publisher().withdraw(ReleaseSelection.of("backend", "1.0.0", "stable"));
    assertThat(bench.stage("1.1.0").bytesFetched()).isEqualTo(delta().size());
    bench.assertStaged("1.1.0");
  }

  @Test
  void stage_deltaOfALaterFormat_isPassedOver() throws IOException {
    Map<String, TargetDescription> targets = targets();
    TargetDescription listed = targets.get(delta().target());
    targets.put(
        delta().target(),
        TargetDescription.of(
            listed.length(),
            listed.hashes(),
            JsonObject.parse("{\"" + DeltaDescription.FIELD + "\":{\"format\":2}}")));
    bench.repository.forgery().replaceTargets("stable", targets);
    bench.stage("1.1.0");
    bench.assertStaged("1.1.0");
    assertThat(bench.deltaRequests).isEmpty();
  }

  @Test
  @Tag("R69")
  void stage_deltaIsCutOff_isResumed() throws IOException {
    bench.repository.faults().on(DELTA).once().truncate(700);
    assertThat(bench.stage("1.1.0").bytesFetched()).isEqualTo(delta().size());
    assertThat(bench.deltaRequests).hasSize(2);
    assertThat(bench.artifactRequests).isEmpty();
  }

  @Test
  @Tag("R97")
  void stage_killedWhileADeltaIsUsed_laterCallFinishes() throws IOException {
    for (TufStager.Point point : TufStager.Point.values()) {
      bench.killAt = point;
      assertThatThrownBy(() -> bench.stage("1.1.0")).isInstanceOf(StagerBench.Killed.class);
      bench.killAt = null;
      assertThat(bench.stage("1.1.0").bytesFetched()).as("after " + point).isZero();
      bench.assertStaged("1.1.0");
      assertThat(bench.artifactRequests).isEmpty();
      FileTrees.delete(bench.slot("1.1.0"));
    }
  }

  @Test
  @Tag("R72")
  void stage_cancelledWhileADeltaIsUsed_stopsAndFetchesNothingElse() throws IOException {
    bench.cancelled = () -> !bench.heard.done.isEmpty();
    bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_DOWNLOAD_CANCELLED);
    assertThat(bench.artifactRequests).isEmpty();
    bench.assertNotStaged("1.1.0");
  }

  private static Map<String, List<SampleTree.Part>> hostileDeltas() {
    byte[] some = {1, 2, 3};
    byte[] bomb = Zstd.compress(new byte[64 << 20]);
    Map<String, List<SampleTree.Part>> deltas = new LinkedHashMap<>();
    deltas.put("a path", List.of(file("../escaped.txt", some)));
    deltas.put("an absolute path", List.of(file("/tmp/lockstep-escaped.txt", some)));
    deltas.put("a file of the tree", List.of(file("VERSION", some)));
    deltas.put("a content that nobody signed", List.of(file("whole/" + ZEROS, some)));
    deltas.put("a link", List.of(SampleTree.Part.link("whole/" + ZEROS, "../../../current")));
    deltas.put(
        "a device", List.of(SampleTree.Part.special("whole/" + ZEROS, TarConstants.LF_CHR, "")));
    deltas.put("a setuid bit", List.of(SampleTree.Part.file("whole/CHANGING", 04755, some)));
    deltas.put("another content under a signed hash", List.of(file("whole/CHANGING", some)));
    deltas.put("more than was signed", List.of(file("whole/CHANGING", new byte[SIZE + 1])));
    deltas.put(
        "a base that is not there", List.of(file("patch/CHANGING/" + ZEROS + "/0-10", some)));
    deltas.put(
        "a base beyond the file's end", List.of(file("patch/CHANGING/STAYING/299999-10", some)));
    deltas.put("a patch that is none", List.of(file("patch/CHANGING/STAYING/0-10", some)));
    deltas.put("a bomb as a patch", List.of(file("patch/CHANGING/STAYING/0-10", bomb)));
    deltas.put(
        "an enormous patch", List.of(file("patch/CHANGING/STAYING/0-10", new byte[5 << 20])));
    deltas.put("nothing", List.of());
    return deltas;
  }

  private static SampleTree.Part file(String path, byte[] content) {
    return SampleTree.Part.file(path, 0644, content);
  }

  /** In one test, as publishing takes longer than refusing. */
  @Test
  @Tag("R79")
  void stage_signedHostileDelta_isRefusedAndTheWholeIsFetched() throws IOException {
    String changing = hash(Files.readAllBytes(folder.resolve("tree-1.1.0/changing.bin")));
    String staying = hash(Files.readAllBytes(folder.resolve("tree-1.1.0/staying.bin")));
    for (Map.Entry<String, List<SampleTree.Part>> hostile : hostileDeltas().entrySet()) {
      List<SampleTree.Part> named = new ArrayList<>();
      for (SampleTree.Part part : hostile.getValue()) {
        String path = part.path().replace("CHANGING", changing).replace("STAYING", staying);
        named.add(new SampleTree.Part(path, part.type(), part.mode(), part.content(), part.link()));
      }
      replaceDelta(SampleTree.archive("tar.zst", "", named));
      bench.heard.lines.clear();
      bench.heard.done.clear();
      bench.artifactRequests.clear();
      bench.deltaRequests.clear();
      bench.stage("1.1.0");
      assertThat(bench.deltaRequests).as(hostile.getKey()).isNotEmpty();
      assertFullWasFetched("cannot");
      FileTrees.delete(bench.slot("1.1.0"));
    }
    assertThat(Path.of("/tmp/lockstep-escaped.txt")).doesNotExist();
    try (Stream<Path> all = Files.walk(folder.resolve("device"))) {
      assertThat(all.map(path -> path.getFileName().toString())).doesNotContain("escaped.txt");
    }
  }

  private Map<String, TargetDescription> targets() {
    var directory = bench.repository.directory();
    return new LinkedHashMap<>(directory.channel(directory.current(), "stable").role().targets());
  }

  private static String hash(byte[] bytes) {
    return HexFormat.of().formatHex(Hashing.sha256().digest(bytes));
  }

  /** Signs another delta in the place of the real one, as a hostile publisher can. */
  private void replaceDelta(byte[] content) throws IOException {
    Map<String, TargetDescription> targets = targets();
    TargetDescription before = targets.get(delta().target());
    Files.write(bench.repository.directory().targetFile(delta().target(), hash(content)), content);
    targets.put(
        delta().target(),
        TargetDescription.of(content.length, Map.of("sha256", hash(content)), before.custom()));
    Map<String, Object> description = new LinkedHashMap<>(ReleaseJson.toMap(release));
    description.put(
        "artifacts",
        List.of(
            artifact(release.artifacts().get(0), fullSize()), artifact(delta(), content.length)));
    String manifest = ReleaseDescription.manifestTarget("stable", "backend", "1.1.0", "any");
    TargetDescription listed = targets.get(manifest);
    targets.put(
        manifest,
        TargetDescription.of(
            listed.length(),
            listed.hashes(),
            JsonObject.parse(
                JsonMapper.shared().writeValueAsString(Map.of("lockstep", description)))));
    bench.repository.forgery().replaceTargets("stable", targets);
  }

  private static Map<String, Object> artifact(Artifact artifact, long size) {
    return Map.of(
        "target", artifact.target(),
        "format", artifact.format(),
        "prefix", artifact.prefix(),
        "size", size);
  }

  @Test
  void stage_severalDeltas_takesTheSmallestThatFits() throws IOException {
    bench.stage("1.1.0");
    ReleaseDescription third =
        publish(
            "1.2.0",
            DeltaPlan.from(List.of(ReleaseVersion.parse("1.0.0"), ReleaseVersion.parse("1.1.0"))));
    long smallest = third.artifacts().stream().mapToLong(Artifact::size).min().orElseThrow();
    assertThat(bench.stage("1.2.0").bytesFetched()).isEqualTo(smallest);
    bench.assertStaged("1.2.0");
  }
}
