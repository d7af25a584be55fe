package dev.lockstep.atomicupdates.staging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.repository.RepositoryDirectory;
import dev.lockstep.repository.RepositorySettings;
import dev.lockstep.testkit.TreeFixture;
import dev.lockstep.tuf.Limits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TufStagerDownloadTest {
  private static final int SIZE = 1 << 20;
  private static final String ARTIFACT = ".tar.gz";

  @TempDir Path folder;
  private StagerBench bench;
  private ReleaseDescription release;

  @BeforeEach
  void open() {
    bench = new StagerBench(folder);
    release =
        bench.repository.publish(
            ReleaseSpec.of("backend", "1.1.0"),
            TreeFixture.small("backend", "1.1.0").random("large.bin", SIZE, 7));
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private long artifactSize() {
    return release.artifacts().get(0).size();
  }

  @Test
  @Tag("R68")
  void stage_serverFailsAlways_triesExactlyOnceAndMaxRetriesMore() throws IOException {
    bench.repository.faults().on(ARTIFACT).status(503);
    AtomicUpdatesException failure =
        bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_SOURCE_SERVER_ERROR);
    assertThat(bench.artifactRequests).hasSize(4);
    assertThat(bench.pauses).isEqualTo(Collections.nCopies(3, StagerBench.RETRY_DELAY));
    assertThat(failure.category()).isEqualTo(ErrorCategory.ERROR_CATEGORY_RETRY);
    assertThat(bench.slot("1.1.0")).doesNotExist();
  }

  @Test
  @Tag("R68")
  void stage_noRetriesWanted_triesOnce() throws IOException {
    bench.maxRetries = 0;
    bench.repository.faults().on(ARTIFACT).status(503);
    bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_SOURCE_SERVER_ERROR);
    assertThat(bench.artifactRequests).hasSize(1);
    assertThat(bench.pauses).isEmpty();
  }

  @Test
  @Tag("R68")
  void stage_sourceDown_triesMetadataAsOften() throws IOException {
    bench.repository.down();
    bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_SOURCE_UNREACHABLE);
    assertThat(bench.pauses).hasSize(3);
  }

  @Test
  @Tag("R68")
  void stage_fileIsMissing_isNotTriedAgain() throws IOException {
    bench.repository.faults().on(ARTIFACT).status(404);
    bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_SOURCE_CLIENT_ERROR);
    assertThat(bench.artifactRequests).hasSize(1);
    bench.assertNotStaged("1.1.0");
  }

  @Test
  @Tag("R68")
  void stage_serverAsksForPatience_waitsAsLong() throws IOException {
    bench.repository.faults().on(ARTIFACT).once().status(429, Duration.ofSeconds(30));
    bench.stage("1.1.0");
    assertThat(bench.pauses).hasSize(1);
    assertThat(bench.pauses.get(0)).isBetween(Duration.ofSeconds(28), Duration.ofSeconds(31));
  }

  @Test
  @Tag("R69")
  void stage_connectionBreaks_goesOnWhereItStopped() throws IOException {
    bench.repository.faults().on(ARTIFACT).once().truncate(300_000);
    long fetched = bench.stage("1.1.0").bytesFetched();
    bench.assertStaged("1.1.0");
    assertThat(bench.artifactRequests).hasSize(2).startsWith(0L);
    assertThat(bench.artifactRequests.get(1)).isPositive();
    assertThat(fetched).as("nothing is fetched twice").isEqualTo(artifactSize());
    assertThat(bench.heard.done).isSorted();
  }

  @Test
  @Tag("R69")
  @Tag("R97")
  void stage_afterRestart_goesOnWhereItStopped() throws IOException {
    bench.maxRetries = 0;
    bench.repository.faults().on(ARTIFACT).once().truncate(300_000);
    bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_SOURCE_UNREACHABLE);
    assertThat(bench.parts()).hasSize(1);
    long kept = Files.size(bench.parts().get(0));
    assertThat(kept).isBetween(1L, 300_000L);
    assertThat(bench.slot("1.1.0")).doesNotExist();
    assertThat(bench.stage("1.1.0").bytesFetched()).isEqualTo(artifactSize() - kept);
    bench.assertStaged("1.1.0");
  }

  @Test
  @Tag("R69")
  void stage_keptPartIsDamaged_isFetchedAnew() throws IOException {
    bench.maxRetries = 0;
    bench.repository.faults().on(ARTIFACT).once().truncate(300_000);
    bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_SOURCE_UNREACHABLE);
    byte[] part = Files.readAllBytes(bench.parts().get(0));
    part[1000] ^= 1;
    Files.write(bench.parts().get(0), part);
    bench.stage("1.1.0");
    bench.assertStaged("1.1.0");
    assertThat(bench.artifactRequests).endsWith(0L);
  }

  @Test
  @Tag("R69")
  void stage_keptPartIsLongerThanTheFile_isFetchedAnew() throws IOException {
    bench.maxRetries = 0;
    bench.repository.faults().on(ARTIFACT).once().truncate(300_000);
    bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_SOURCE_UNREACHABLE);
    Files.write(bench.parts().get(0), new byte[(int) artifactSize() + 1]);
    bench.stage("1.1.0");
    bench.assertStaged("1.1.0");
  }

  @Test
  @Tag("R78")
  @Tag("R71")
  void stage_corruptContent_failsAndKeepsNothing() throws IOException {
    bench.repository.faults().on(ARTIFACT).corrupt(50_000);
    bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_TRUST_LENGTH_OR_HASH);
    assertThat(bench.artifactRequests).hasSize(1);
    bench.assertNotStaged("1.1.0");
  }

  @Test
  @Tag("R78")
  void stage_tamperedArtifactInRepository_failsAndKeepsNothing() throws IOException {
    bench.repository.forgery().tamperArtifact(release);
    bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_TRUST_LENGTH_OR_HASH);
    bench.assertNotStaged("1.1.0");
  }

  @Test
  @Tag("R78")
  void stage_endlessContent_neverTakesMoreThanTheSignedLength() throws IOException {
    bench.repository.faults().on(ARTIFACT).endless(200L << 20);
    bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_TRUST_LENGTH_OR_HASH);
    assertThat(Collections.max(bench.heard.done)).isLessThanOrEqualTo(artifactSize());
    bench.assertNotStaged("1.1.0");
  }

  @Test
  @Tag("R72")
  @Tag("R71")
  void stage_cancelledWhileDownloading_stopsWithin64KiBAndKeepsNothing() throws IOException {
    bench.cancelled = () -> !bench.heard.done.isEmpty() && lastDone() >= 200_000;
    bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_DOWNLOAD_CANCELLED);
    assertThat(lastDone()).isLessThan(200_000 + 64 * 1024);
    bench.assertNotStaged("1.1.0");
  }

  private long lastDone() {
    return bench.heard.done.get(bench.heard.done.size() - 1);
  }

  @Test
  @Tag("R71")
  void stage_otherReleaseThatIsNotSignedAnyMore_itsPartIsRemoved() throws IOException {
    Path downloads = Files.createDirectories(bench.state().resolve("downloads"));
    Files.write(downloads.resolve("0".repeat(64) + ".part"), new byte[10]);
    bench.stage("1.1.0");
    assertThat(bench.parts()).isEmpty();
  }

  @Test
  @Tag("R71")
  void stage_componentWithARoleOfItsOwn_isStagedAndOnlySignedDownloadsAreKept() throws IOException {
    bench.close();
    bench =
        new StagerBench(
            folder.resolve("large"), RepositorySettings.defaults().withChannelTargets(0));
    bench.repository.publish("kiosk-ui", "2.0.0");
    bench.repository.publish("backend", "1.1.0");
    RepositoryDirectory directory = bench.repository.directory();
    String signed =
        directory
            .targets(directory.current(), "stable", "kiosk-ui")
            .get("stable/kiosk-ui/kiosk-ui-2.0.0.tar.gz")
            .hashes()
            .get("sha256");
    Path downloads = Files.createDirectories(bench.state().resolve("downloads"));
    for (String hash : List.of(signed, "0".repeat(64))) {
      Files.write(downloads.resolve(hash + ".part"), new byte[10]);
    }

    bench.stage("1.1.0");

    assertThat(bench.slot("1.1.0").resolve("VERSION")).hasContent("1.1.0");
    assertThat(downloads.resolve(signed + ".part")).exists();
    assertThat(downloads.resolve("0".repeat(64) + ".part")).doesNotExist();
  }

  /** More roles of components than a device wants to look through. */
  @Test
  @Tag("R71")
  void stage_moreComponentsThanADeviceLooksThrough_isStagedAndKeepsOtherDownloads()
      throws IOException {
    bench.close();
    bench =
        new StagerBench(
            folder.resolve("many"), RepositorySettings.defaults().withChannelTargets(0));
    for (int i = 0; i < Limits.defaults().delegatedRoles(); i++) {
      bench.repository.publish("other-" + i, "1.0.0");
    }
    bench.repository.publish("backend", "1.1.0");
    Path downloads = Files.createDirectories(bench.state().resolve("downloads"));
    Path unknown = Files.write(downloads.resolve("0".repeat(64) + ".part"), new byte[10]);

    bench.stage("1.1.0");

    assertThat(bench.slot("1.1.0").resolve("VERSION")).hasContent("1.1.0");
    assertThat(bench.parts()).as("kept until it is old").containsExactly(unknown);
  }

  @Test
  @Tag("R65")
  void stage_serverDownAndMirrorUp_metadataAndContentComeFromTheMirror() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
      bench.metadataUrl = Optional.of(nobody);
      bench.contentUrl = Optional.of(nobody);
    }

    bench.stage("1.1.0");

    bench.assertStaged("1.1.0");
  }

  @Test
  @Tag("R73")
  void stage_downloads_areForTheServiceOnly() throws IOException {
    bench.stage("1.1.0");
    assertThat(Modes.read(bench.state().resolve("downloads"))).contains(0700);
  }
}
