package dev.lockstep.atomicupdates.engine;

import static dev.lockstep.atomicupdates.engine.Releases.v;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.DeviceUpdates.InstallOrder;
import dev.lockstep.atomicupdates.JobHistory;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.atomicupdates.port.Reports.Phase;
import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Installs and reverts with real files and real processes. */
class InstallEngineTest {
  @TempDir Path folder;
  private TestDevice device;

  @BeforeEach
  void prepare() {
    device = new TestDevice(folder);
  }

  @AfterEach
  void stop() {
    device.close();
  }

  @Test
  void install_nothingInstalledBefore_versionRuns() throws IOException {
    device.start();

    InstallResult result = device.installed("1.0.0");

    assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(result.from()).isNull();
    device.assertRuns("1.0.0");
    assertThat(device.engine.components().get(0).active()).isEqualTo(v("1.0.0"));
  }

  @Test
  @Tag("R176")
  @Tag("R90")
  void install_activeLinkCannotBeReplaced_failsAndTheOldVersionRuns() throws IOException {
    device.start();
    device.installed("1.0.0");
    // A folder that is not empty cannot be replaced by a rename, not even by root.
    Path prepared = device.home().resolve(".current.next");
    Files.createDirectories(prepared.resolve("in-the-way"));

    InstallResult result = device.installed("1.1.0");

    assertThat(result.outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(result.error().code()).isEqualTo(ErrorCode.ERROR_CODE_ACTIVATE_FAILED);
    device.assertRuns("1.0.0");
  }

  @Test
  @Tag("R70")
  void download_tooLittleRoom_removesOnlyWhatNobodyNeeds() throws IOException {
    device.start();
    device.installed("1.0.0");
    device.installed("1.1.0");
    // Left over from an older time, and from a newer release that failed.
    device.stageGood("0.9.0");
    device.stageGood("1.5.0");
    List<Boolean> made = new ArrayList<>();
    device.stager =
        (request, listener) -> {
          made.add(listener.makeRoom());
          made.add(listener.makeRoom());
          try {
            device.stageGood("1.2.0");
          } catch (IOException failed) {
            throw new UncheckedIOException(failed);
          }
          return new Stager.Staged(Releases.description(TestDevice.ID, "1.2.0"), 10);
        };

    device.engine.stage("job", TestDevice.ID, v("1.2.0"), "stable/x/manifest");

    await()
        .untilAsserted(
            () ->
                assertThat(device.home().resolve("releases").toFile().list())
                    .containsExactlyInAnyOrder("1.0.0", "1.1.0", "1.2.0"));
    assertThat(made).containsExactly(true, false);
    device.assertRuns("1.1.0");
  }

  @Test
  @Tag("R8")
  @Tag("R9")
  @Tag("R10")
  @Tag("R101")
  void install_newVersion_phasesInOrderAndCommitted() throws IOException {
    device.start();
    device.installed("1.0.0");
    device.reports.progress.clear();
    device.reports.restarts.clear();
    device.participants.asked.clear();

    InstallResult result = device.installed("1.1.0");

    assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(result.error()).isNull();
    assertThat(result.from()).isEqualTo(v("1.0.0"));
    assertThat(result.downtime()).isPositive().isLessThan(result.duration());
    device.assertRuns("1.1.0");
    assertThat(device.reports.progress.stream().map(p -> p.phase()).distinct())
        .containsExactly(
            Phase.PREPARE,
            Phase.BACKUP,
            Phase.STAGE,
            Phase.ACTIVATE,
            Phase.MIGRATE,
            Phase.RESTART,
            Phase.VERIFY,
            Phase.COMMIT);
    assertThat(device.reports.progress).extracting(p -> p.percent()).isSorted().endsWith(100);
    assertThat(device.participants.asked)
        .containsExactly("prepare backend 1.1.0", "announce backend 1.0.0 1.1.0", "drain backend");
    assertThat(device.reports.restarts).containsExactly("true 1.1.0", "false 1.1.0");
    assertThat(device.reports.results).hasSize(2);
  }

  @Test
  @Tag("R90")
  @Tag("R92")
  @Tag("R103")
  void install_newVersionCrashes_oldVersionRunsAgainWithItsData() throws IOException {
    device.start();
    device.installed("1.0.0");
    Files.writeString(device.data("precious"), "kept");
    Releases.stage(device.home(), TestDevice.ID, "1.1.0", Releases.CRASHING, null);

    InstallResult result = device.installAndWait("bad", "1.1.0");

    assertThat(result.outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(result.error().code()).isEqualTo(ErrorCode.ERROR_CODE_HEALTH_FAILED);
    assertThat(result.error())
        .hasMessageContaining("1.1.0 exited")
        .hasMessageContaining("after its start, exit code 3; last log lines: ")
        .hasMessageContaining("cannot read configuration")
        .hasMessageNotContaining("hunter2")
        .hasMessageNotContaining("running 1.0.0");
    device.assertRuns("1.0.0");
    assertThat(device.data("precious")).hasContent("kept");
    assertThat(device.home().resolve("previous")).doesNotExist();
    String why = "1.1.0 exited ";
    assertThat(device.engine.log("bad", 1, 100))
        .anyMatch(line -> line.text().contains(why) && !line.text().contains("hunter2"));
    assertThat(device.engine.history().jobs(new JobHistory.Query("bad", "", 10)))
        .singleElement()
        .satisfies(job -> assertThat(job.status().error()).hasMessageContaining(why));
  }

  @Test
  @Tag("R92")
  void install_newVersionNeverHealthy_reverted() throws IOException {
    device.healthDeadline = java.time.Duration.ofMillis(400);
    device.start();
    device.installed("1.0.0");
    Releases.stage(device.home(), TestDevice.ID, "1.1.0", Releases.UNHEALTHY, null);

    InstallResult result = device.installAndWait("bad", "1.1.0");

    assertThat(result.outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(result.error()).hasMessageContaining("answered its command with exit 1 for");
    device.assertRuns("1.0.0");
  }

  @Test
  void install_freshVersionFails_nothingInstalled() throws IOException {
    device.start();
    Releases.stage(device.home(), TestDevice.ID, "1.0.0", Releases.CRASHING, null);

    InstallResult result = device.installAndWait("bad", "1.0.0");

    assertThat(result.outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(device.home().resolve("current")).doesNotExist();
    assertThat(device.runners()).isEmpty();
    assertThat(device.engine.components().get(0).active()).isNull();
  }

  @Test
  @Tag("R93")
  void install_migrationFails_revertedWithData() throws IOException {
    device.migrate = List.of("./migrate.sh");
    device.start();
    Releases.stage(device.home(), TestDevice.ID, "1.0.0", Releases.GOOD, "#!/bin/sh\necho first\n");
    device.installAndWait("first", "1.0.0");
    Files.writeString(device.data("precious"), "kept");
    Releases.stage(
        device.home(),
        TestDevice.ID,
        "1.1.0",
        Releases.GOOD,
        "#!/bin/sh\nrm ../../data/precious\necho no column x\nexit 4\n");

    InstallResult result = device.installAndWait("bad", "1.1.0");

    assertThat(result.outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(result.error().code()).isEqualTo(ErrorCode.ERROR_CODE_MIGRATE_FAILED);
    assertThat(result.error()).hasMessageContaining("exit 4").hasMessageContaining("no column x");
    device.assertRuns("1.0.0");
    assertThat(device.data("precious")).hasContent("kept");
  }

  @Test
  @Tag("R91")
  void revert_afterCommit_previousVersionRunsWithItsData() throws IOException {
    device.start();
    device.installed("1.0.0");
    Files.writeString(device.data("precious"), "of 1.0.0");
    device.installed("1.1.0");
    Files.writeString(device.data("precious"), "of 1.1.0");

    device.engine.revert("back", TestDevice.ID, null, "tester");
    InstallResult result = device.result("back");

    assertThat(result.outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(result.error()).isNull();
    assertThat(result.to()).isEqualTo(v("1.0.0"));
    device.assertRuns("1.0.0");
    assertThat(device.data("precious")).hasContent("of 1.0.0");
    assertThat(newestBackupOf("1.1.0").resolve("files/data/precious")).hasContent("of 1.1.0");
    assertThat(device.engine.components().get(0).previous()).isEqualTo(v("1.1.0"));
  }

  private Path newestBackupOf(String version) throws IOException {
    try (Stream<Path> backups = Files.list(device.backups.resolve(TestDevice.ID))) {
      return backups
          .filter(path -> path.getFileName().toString().startsWith("backup_" + version + "_"))
          .max(Path::compareTo)
          .orElseThrow();
    }
  }

  @Test
  @Tag("R121")
  void dryRun_stagedVersion_saysWhatAndChangesNothing() throws IOException {
    device.start();
    device.installed("1.0.0");
    device.stageGood("1.1.0");
    List<String> before = listing();

    device.engine.install(new InstallOrder("dry", TestDevice.ID, v("1.1.0"), true, "tester"));
    InstallResult result = device.result("dry");

    assertThat(result.outcome()).isEqualTo(Outcome.DRY_RUN);
    assertThat(result.plan())
        .contains("start backend 1.1.0", "commit, or revert to 1.0.0")
        .anyMatch(line -> line.startsWith("download nothing: 1.1.0 is staged here"))
        .anyMatch(line -> line.startsWith("stop backend 1.0.0, by force after "))
        .anyMatch(line -> line.startsWith("expected downtime: "));
    assertThat(listing()).isEqualTo(before);
    assertThat(device.engine.jobs()).extracting(job -> job.jobId()).doesNotContain("dry");
  }

  private List<String> listing() throws IOException {
    try (Stream<Path> files = Files.walk(device.root)) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  @Test
  @Tag("R98")
  void install_severalVersions_oldSlotsAreRemovedAfterCommit() throws IOException {
    device.start();
    device.installed("1.0.0");
    device.installed("1.1.0");
    device.installed("1.2.0");

    await()
        .atMost(TestDevice.LONG)
        .untilAsserted(
            () ->
                assertThat(device.home().resolve("releases"))
                    .isDirectoryNotContaining("glob:**1.0.0"));
    assertThat(device.home().resolve("releases/1.1.0")).isDirectory();
    assertThat(device.home().resolve("manifests/1.0.0.json")).doesNotExist();
  }
}
