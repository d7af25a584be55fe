package dev.lockstep.atomicupdates.engine;

import static dev.lockstep.atomicupdates.engine.Releases.v;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.DeviceUpdates.JobStatus;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.atomicupdates.port.Reports.Phase;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups, data, restarts of Lockstep itself, and components that somebody else starts. */
class DataAndRestartTest {
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

  private List<String> backups() throws IOException {
    try (Stream<Path> children = Files.list(device.backups.resolve(TestDevice.ID))) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    }
  }

  /** Every byte of every file. */
  private static Map<String, String> contents(Path tree) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(
            tree.relativize(file).toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    return contents;
  }

  @Test
  @Tag("R82")
  @Tag("R149")
  void install_backupNamedByVersionAndTime_readableByOwnerOnly() throws IOException {
    device.start();
    device.installed("1.0.0");
    Files.writeString(device.data("precious"), "kept");
    device.installed("1.1.0");

    assertThat(backups()).hasSize(1);
    assertThat(backups().get(0)).matches("backup_1\\.0\\.0_\\d{8}_\\d{6}");
    Path backup = device.backups.resolve(TestDevice.ID).resolve(backups().get(0));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
        .isEqualTo("rwx------");
    assertThat(backup.resolve("VERSION")).hasContent("1.0.0");
    assertThat(backup.resolve("files/data/precious")).hasContent("kept");
  }

  @Test
  @Tag("R83")
  void installs_moreThanMaxBackups_oldestRemoved() throws IOException {
    device.maxBackups = 2;
    device.start();
    for (String version : List.of("1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0")) {
      device.installed(version);
    }

    await()
        .atMost(TestDevice.LONG)
        .untilAsserted(
            () ->
                assertThat(backups())
                    .hasSize(2)
                    .anyMatch(name -> name.startsWith("backup_1.3.0_"))
                    .anyMatch(name -> name.startsWith("backup_1.2.0_")));
  }

  @Test
  @Tag("R84")
  void install_backupDisabled_revertSaysThatDataStay() throws IOException {
    device.backupEnabled = false;
    device.start();
    device.installed("1.0.0");
    Files.writeString(device.data("precious"), "kept");
    Releases.stage(device.home(), TestDevice.ID, "1.1.0", Releases.CRASHING, null);

    InstallResult result = device.installAndWait("bad", "1.1.0");

    assertThat(result.outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(device.backups).doesNotExist();
    assertThat(device.data("precious")).doesNotExist();
    assertThat(device.reports.progress)
        .as("announced before anything is changed")
        .anyMatch(
            now ->
                now.phase() == Phase.BACKUP
                    && now.message().contains("going back would not bring the data back"));
    assertThat(device.reports.lines).anyMatch(line -> line.contains("no backup was made"));
    device.assertRuns("1.0.0");
  }

  @Test
  @Tag("R81")
  @Tag("R85")
  void install_backupFolderNotUsable_refusedAndNothingStopped() throws IOException {
    device.start();
    device.installed("1.0.0");
    device.stageGood("1.1.0");
    Files.writeString(device.backups, "a file where the folder should be");
    long pid = device.runners().get(0);

    InstallResult result = device.installAndWait("job", "1.1.0");

    assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(result.error().code()).isEqualTo(ErrorCode.ERROR_CODE_BACKUP_FAILED);
    assertThat(result.error().category()).isEqualTo(ErrorCategory.ERROR_CATEGORY_OPERATOR);
    assertThat(device.runners()).containsExactly(pid);
  }

  @Test
  @Tag("R100")
  void revert_oldVersionDoesNotComeBack_needsAPersonAndKeepsTheBackup() throws IOException {
    device.start();
    // It runs once, and never again.
    Releases.stage(
        device.home(),
        TestDevice.ID,
        "1.0.0",
        "#!/bin/sh\ntest -e ../../once && { echo broken; exit 5; }\ntouch ../../once\n"
            + Releases.GOOD.substring(Releases.GOOD.indexOf('\n') + 1),
        null);
    device.installAndWait("first", "1.0.0");
    Files.writeString(device.data("precious"), "kept");
    Files.createDirectories(device.data("deep/er"));
    Files.write(device.data("deep/er/bytes"), new byte[] {0, -1, 13, 10, 127});
    Map<String, String> data = contents(device.home().resolve("data"));
    Releases.stage(device.home(), TestDevice.ID, "1.1.0", Releases.CRASHING, null);

    InstallResult result = device.installAndWait("bad", "1.1.0");

    assertThat(result.outcome()).isEqualTo(Outcome.REVERT_FAILED);
    assertThat(result.error().code()).isEqualTo(ErrorCode.ERROR_CODE_REVERT_FAILED);
    assertThat(result.error())
        .hasMessageContaining("broken")
        .hasMessageContaining("by hand")
        .hasMessageContaining("backup_1.0.0_");
    assertThat(device.active()).isEqualTo("1.0.0");
    assertThat(backups()).hasSize(1);
    Path kept = device.backups.resolve(TestDevice.ID).resolve(backups().get(0));
    assertThat(contents(kept.resolve("files/data"))).hasSize(3).isEqualTo(data);
    device.stop(true);
    device.start();
    assertThat(contents(kept.resolve("files/data"))).as("after a restart").isEqualTo(data);
    // Something newer leads out of it.
    assertThat(device.installed("1.2.0").outcome()).isEqualTo(Outcome.COMMITTED);
    device.assertRuns("1.2.0");
  }

  @Test
  @Tag("R175")
  void start_childStillRuns_takenOverNotStartedTwice() throws IOException {
    device.start();
    device.installed("1.0.0");
    device.assertRuns("1.0.0");
    long pid = device.runners().get(0);
    device.stop(false);
    assertThat(device.runners()).containsExactly(pid);

    device.start();
    assertThat(device.runners()).containsExactly(pid);
    assertThat(device.installed("1.1.0").outcome()).isEqualTo(Outcome.COMMITTED);
    device.assertRuns("1.1.0");
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void start_componentsInstalled_areStarted() throws IOException {
    device.start();
    device.installed("1.0.0");
    device.stop(true);
    assertThat(device.runners()).isEmpty();

    device.start();
    device.assertRuns("1.0.0");
    await().atMost(TestDevice.LONG).until(() -> device.engine.components().get(0).healthy());
  }

  @Test
  @Tag("R126")
  @Tag("R135")
  @Tag("R139")
  void jobs_afterARestart_areAsBefore() throws IOException {
    device.start();
    device.installed("1.0.0");
    device.installed("1.1.0");
    List<JobStatus> before = device.engine.jobs();
    int lines = device.engine.log("job-1.1.0", 1, 100).size();
    device.stop(true);

    device.start();

    assertThat(device.engine.jobs()).isEqualTo(before);
    assertThat(before).extracting(JobStatus::state).containsOnly("COMMITTED");
    assertThat(before).extracting(JobStatus::jobId).containsExactly("job-1.1.0", "job-1.0.0");
    assertThat(lines).isPositive();
    assertThat(device.engine.log("job-1.1.0", 1, 100)).hasSize(lines);
  }

  @Test
  @Tag("R10")
  @Tag("R103")
  void install_externalComponent_waitsUntilItSaysThatItRuns() throws IOException {
    device.control = ComponentSettings.Control.EXTERNAL;
    device.healthCommand = List.of("/bin/true");
    device.healthDeadline = Duration.ofSeconds(15);
    device.start();
    device.stageGood("1.0.0");
    device.install("job", "1.0.0");
    await().atMost(TestDevice.LONG).until(() -> device.reports.restarts.contains("true 1.0.0"));
    assertThat(device.reports.results).isEmpty();

    device.engine.running(TestDevice.ID, v("1.0.0"));

    assertThat(device.result("job").outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(device.reports.restarts).endsWith("false 1.0.0");
  }

  @Test
  @Tag("R103")
  void install_externalComponentNeverRestarted_reverted() throws IOException {
    device.control = ComponentSettings.Control.EXTERNAL;
    device.healthCommand = List.of("/bin/true");
    device.healthDeadline = Duration.ofMillis(300);
    device.start();
    device.stageGood("1.0.0");

    InstallResult result = device.installAndWait("job", "1.0.0");

    assertThat(result.outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(result.error().code()).isEqualTo(ErrorCode.ERROR_CODE_START_FAILED);
    assertThat(device.home().resolve("current")).doesNotExist();
  }

  @Test
  @Tag("R103")
  void install_externalComponentRestartedAndUnwell_isRevertedOnlyOnceItIsRestartedAgain()
      throws IOException {
    Path well = Files.createFile(folder.resolve("well"));
    externalWith("1.0.0", well);
    device.install("job-1.1.0", "1.1.0");
    await().atMost(TestDevice.LONG).until(() -> device.reports.restarts.contains("true 1.1.0"));

    Files.delete(well);
    device.engine.running(TestDevice.ID, v("1.1.0"));

    await().atMost(TestDevice.LONG).until(() -> device.reports.restarts.contains("true 1.0.0"));
    assertThat(device.reports.results).hasSize(1);
    Files.createFile(well);
    device.engine.running(TestDevice.ID, v("1.0.0"));
    assertThat(device.result("job-1.1.0").outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(device.reports.restarts).endsWith("false 1.0.0");
  }

  @Test
  @Tag("R103")
  void install_externalUpdateNeverRestarted_isRevertedAndNobodyIsAskedToRestartAnyMore()
      throws IOException {
    externalWith("1.0.0", Files.createFile(folder.resolve("well")));

    device.install("job-1.1.0", "1.1.0");

    assertThat(device.result("job-1.1.0").outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(device.reports.restarts).contains("true 1.1.0").endsWith("false 1.0.0");
  }

  /** A component that somebody else restarts runs that version; it is well as long as a file is. */
  private void externalWith(String version, Path well) throws IOException {
    device.control = ComponentSettings.Control.EXTERNAL;
    device.healthCommand = List.of("/usr/bin/test", "-e", well.toString());
    device.healthDeadline = Duration.ofSeconds(2);
    device.start();
    device.stageGood(version);
    device.stageGood("1.1.0");
    device.install("job-" + version, version);
    await()
        .atMost(TestDevice.LONG)
        .until(() -> device.reports.restarts.contains("true " + version));
    device.engine.running(TestDevice.ID, v(version));
    assertThat(device.result("job-" + version).outcome()).isEqualTo(Outcome.COMMITTED);
    device.reports.restarts.clear();
  }
}
