package dev.lockstep.atomicupdates.engine;

import static dev.lockstep.atomicupdates.engine.Releases.v;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.DeviceUpdates.RevertOrder;
import dev.lockstep.atomicupdates.domain.DataOnRevert;
import dev.lockstep.atomicupdates.files.FileTrees;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.testkit.disk.DiskChange;
import dev.lockstep.testkit.disk.DiskWatch;
import dev.lockstep.testkit.disk.WatchedFileSystem;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A migration fails, and the disk refuses to take the data back. No version runs on what is there
 * now, also not after a restart, and all goes on by itself where the data can be put back.
 */
class FailedRestoreTest {
  private static final String SPOILING =
      "#!/bin/sh\necho half >../../data/precious\nrm ../../data/owner\nexit 1\n";
  private static final String BAD = "bad";

  @TempDir Path folder;
  private final Full full = new Full();
  private TestDevice device;

  /** Refuses some changes as a full disk would. */
  private static final class Full implements DiskWatch {
    private volatile Predicate<DiskChange> refused = change -> false;

    @Override
    public void before(DiskChange change) throws IOException {
      if (refused.test(change)) {
        throw new FileSystemException(change.path().toString(), null, "No space left on device");
      }
    }

    @Override
    public void after(DiskChange change) {
      // What is refused is refused before.
    }
  }

  @BeforeEach
  void install() throws IOException {
    device = new TestDevice(WatchedFileSystem.path(folder, full));
    device.migrate = List.of("./migrate.sh");
    device.start();
    Releases.stage(device.home(), TestDevice.ID, "1.0.0", Releases.GOOD, "#!/bin/sh\n");
    assertThat(device.installAndWait("first", "1.0.0").outcome()).isEqualTo(Outcome.COMMITTED);
    Files.writeString(device.data("precious"), "kept");
    Releases.stage(device.home(), TestDevice.ID, "1.1.0", Releases.GOOD, SPOILING);
  }

  @AfterEach
  void stop() {
    device.close();
  }

  private void failsToRestore(Predicate<DiskChange> refused) throws IOException {
    full.refused = refused;
    InstallResult result = device.installAndWait(BAD, "1.1.0");
    assertThat(result.outcome()).isEqualTo(Outcome.REVERT_FAILED);
    assertThat(result.error().code()).isEqualTo(ErrorCode.ERROR_CODE_REVERT_FAILED);
    assertThat(result.error())
        .hasMessageContainingAll(
            "No space left",
            "manual intervention required",
            "lockstep revert backend",
            "cannot migrate");
    assertThat(device.active()).isEqualTo("1.0.0");
    assertThat(device.runners()).isEmpty();
    assertThat(device.reports.restarts).endsWith("true 1.0.0");
  }

  private List<Outcome> ends() {
    return device.reports.results.stream()
        .filter(result -> result.jobId().equals(BAD))
        .map(InstallResult::outcome)
        .toList();
  }

  private void awaitEnds(Outcome... outcomes) {
    await()
        .atMost(TestDevice.LONG)
        .untilAsserted(() -> assertThat(ends()).containsExactly(outcomes));
  }

  private void assertBack() throws IOException {
    device.assertRuns("1.0.0");
    assertThat(device.reports.restarts).endsWith("false 1.0.0");
    assertThat(device.data("precious")).hasContent("kept");
    InstallResult last = device.reports.results.get(device.reports.results.size() - 1);
    assertThat(last.error())
        .hasMessageContaining("cannot migrate")
        .hasMessageNotContaining("restore");
  }

  @Test
  @Tag("R90")
  @Tag("R100")
  void restore_dataAreSetAsideAndTheDiskIsFull_notStartedUntilAStartFindsRoom() throws IOException {
    failsToRestore(
        change ->
            change.kind() == DiskChange.Kind.RENAME && change.path().endsWith(".data.restoring"));
    assertThat(device.home().resolve("data")).doesNotExist();

    device.stop(true);
    device.start();
    awaitEnds(Outcome.REVERT_FAILED, Outcome.REVERT_FAILED);
    assertThat(device.runners()).isEmpty();
    assertThat(device.home().resolve("data")).doesNotExist();
    assertThat(device.reports.results.get(2).error().getMessage())
        .as("the first reason is kept once")
        .containsOnlyOnce("it was to be reverted because");

    device.stop(true);
    full.refused = change -> false;
    device.start();
    awaitEnds(Outcome.REVERT_FAILED, Outcome.REVERT_FAILED, Outcome.REVERTED);
    assertBack();
  }

  @Test
  @Tag("R91")
  @Tag("R100")
  void revert_dataWereNotPutBack_putBackBeforeAnythingElse() throws IOException {
    failsToRestore(change -> change.path().toString().contains(".data.restoring"));
    assertThat(device.data("precious")).hasContent("half");
    full.refused = change -> false;

    device.engine.revert(
        new RevertOrder("again", TestDevice.ID, null, DataOnRevert.KEEP, false, "anna"));

    assertThat(device.result("again").outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(device.result("again").error())
        .hasMessageContainingAll("are being put back from backup_1.0.0_", BAD);
    awaitEnds(Outcome.REVERT_FAILED, Outcome.REVERTED);
    assertBack();
  }

  @Test
  @Tag("R100")
  void start_backupIsGone_notStartedAndAnotherReleaseLeadsOutOfIt() throws IOException {
    failsToRestore(change -> change.path().toString().contains(".data.restoring"));
    device.stop(true);
    full.refused = change -> false;
    FileTrees.delete(device.backups);

    device.start();
    Releases.stage(device.home(), TestDevice.ID, "1.2.0", Releases.GOOD, "#!/bin/sh\n");
    assertThat(device.runners()).isEmpty();
    assertThat(ends()).containsExactly(Outcome.REVERT_FAILED);

    assertThat(device.installAndWait("next", "1.2.0").outcome()).isEqualTo(Outcome.COMMITTED);
    device.assertRuns("1.2.0");
    device.stop(true);
    device.start();
    device.assertRuns("1.2.0");
    assertThat(device.engine.components().get(0).active()).isEqualTo(v("1.2.0"));
  }
}
