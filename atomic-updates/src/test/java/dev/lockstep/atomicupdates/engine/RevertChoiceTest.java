package dev.lockstep.atomicupdates.engine;

import static dev.lockstep.atomicupdates.engine.Releases.v;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.DeviceUpdates.RevertOrder;
import dev.lockstep.atomicupdates.JobHistory;
import dev.lockstep.atomicupdates.JobHistory.KeptBackup;
import dev.lockstep.atomicupdates.JobHistory.PastJob;
import dev.lockstep.atomicupdates.domain.DataOnRevert;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Going back after a commit: the code alone, or the code with its data; and what is told of it. */
class RevertChoiceTest {
  @TempDir Path folder;
  private TestDevice device;

  @BeforeEach
  void installTwo() throws IOException {
    device = new TestDevice(folder).start();
    device.installed("1.0.0");
    Files.writeString(device.data("precious"), "old");
    device.installed("1.1.0");
    Files.writeString(device.data("precious"), "written by 1.1.0");
    Files.writeString(device.data("new"), "12345");
  }

  @AfterEach
  void stop() {
    device.close();
  }

  private InstallResult revert(String job, String to, DataOnRevert data, boolean dryRun) {
    device.engine.revert(
        new RevertOrder(job, TestDevice.ID, to == null ? null : v(to), data, dryRun, "anna"));
    return device.result(job);
  }

  private String backup(String version) {
    return backups().stream()
        .filter(one -> one.version().equals(v(version)))
        .findFirst()
        .orElseThrow()
        .name();
  }

  private List<KeptBackup> backups() {
    return device.engine.history().backups("");
  }

  @Test
  @Tag("R18")
  @Tag("R91")
  void revert_activeVersionCannotBeRead_isRefusedWithTheReason() throws IOException {
    Files.delete(device.home().resolve("current"));
    Files.createSymbolicLink(device.home().resolve("current"), Path.of("../elsewhere"));

    InstallResult result = revert("back", null, DataOnRevert.KEEP, false);

    assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(result.error().code()).isEqualTo(ErrorCode.ERROR_CODE_CHECK_VERSION_MISSING);
  }

  @Test
  @Tag("R91")
  void revert_codeOnly_dataStayAsTheyAre() throws IOException {
    InstallResult result = revert("back", null, DataOnRevert.KEEP, false);

    assertThat(result.outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(result.error()).isNull();
    assertThat(device.active()).isEqualTo("1.0.0");
    assertThat(device.data("precious")).hasContent("written by 1.1.0");
    assertThat(device.data("new")).exists();
  }

  @Test
  @Tag("R91")
  void revert_withData_dataOfThatVersionAreBackAndTodaysAreKept() throws IOException {
    InstallResult result = revert("back", null, DataOnRevert.restoring(""), false);

    assertThat(result.outcome()).isEqualTo(Outcome.REVERTED);
    device.assertRuns("1.0.0");
    assertThat(device.data("precious")).hasContent("old");
    assertThat(device.data("new")).doesNotExist();
    Path kept = device.backups.resolve(TestDevice.ID).resolve(backup("1.1.0"));
    assertThat(kept.resolve("files/data/precious")).hasContent("written by 1.1.0");
  }

  /**
   * A release brings what it needs; going back, asked for or not, brings what was needed before.
   */
  @Test
  @Tag("R94")
  @Tag("R90")
  void revert_dependenciesDiffer_exactlyThoseOfTheVersionThatRunsAreThere() throws IOException {
    Path current = device.home().resolve("current");
    stageWithLibrary("1.2.0", "lib/parser-2.txt", Releases.GOOD);
    assertThat(device.installAndWait("up", "1.2.0").outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(current.resolve("lib").toFile().list()).containsExactly("parser-2.txt");

    stageWithLibrary("1.3.0", "lib/parser-3.txt", Releases.CRASHING);
    assertThat(device.installAndWait("bad", "1.3.0").outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(current.resolve("lib").toFile().list()).containsExactly("parser-2.txt");
    assertThat(current.resolve("lib/parser-2.txt")).hasContent("needed by 1.2.0");

    assertThat(revert("back", null, DataOnRevert.KEEP, false).outcome())
        .isEqualTo(Outcome.REVERTED);
    assertThat(current.resolve("lib").toFile().list()).containsExactly("part.txt");
    assertThat(current.resolve("lib/part.txt")).hasContent("part of 1.1.0");
    device.assertRuns("1.1.0");
  }

  private void stageWithLibrary(String version, String library, String program) throws IOException {
    Releases.stage(
        device.home(),
        TestDevice.ID,
        version,
        Map.of("VERSION", version + "\n", "run.sh", program, library, "needed by " + version),
        "lib");
  }

  @Test
  @Tag("R91")
  void revert_namedBackup_saysTheVersionToo() throws IOException {
    InstallResult result = revert("back", null, DataOnRevert.restoring(backup("1.0.0")), false);

    assertThat(result.outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(device.active()).isEqualTo("1.0.0");
    assertThat(device.data("precious")).hasContent("old");
  }

  @Test
  @Tag("R91")
  void revert_backupMissingOrOfAnotherVersion_refusedAndNothingChanged() throws IOException {
    long pid = device.runners().get(0);
    for (String wrong :
        List.of("backup_1.0.0_20200101_000000", "backup_0.9.0_20200101_000000", "../escape")) {
      InstallResult result = revert("job " + wrong, "1.0.0", DataOnRevert.restoring(wrong), false);

      assertThat(result.outcome()).as(wrong).isEqualTo(Outcome.REFUSED);
      assertThat(result.error().code()).isEqualTo(ErrorCode.ERROR_CODE_BACKUP_UNUSABLE);
    }
    assertNothingChanged(pid);
  }

  @Test
  @Tag("R91")
  void revert_backupCutShort_refusedBeforeAnythingStops() throws IOException {
    long pid = device.runners().get(0);
    String name = backup("1.0.0");
    Path copy = device.backups.resolve(TestDevice.ID).resolve(name).resolve("files/data/precious");
    Files.writeString(copy, "o");

    InstallResult result = revert("back", null, DataOnRevert.restoring(""), false);

    assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(result.error().code()).isEqualTo(ErrorCode.ERROR_CODE_BACKUP_UNUSABLE);
    assertThat(result.error()).hasMessageContaining("damaged").hasMessageContaining(name);
    assertNothingChanged(pid);
  }

  private void assertNothingChanged(long pid) throws IOException {
    assertThat(device.active()).isEqualTo("1.1.0");
    assertThat(device.runners()).containsExactly(pid);
    assertThat(device.data("precious")).hasContent("written by 1.1.0");
    assertThat(backups()).hasSize(1);
  }

  @Test
  @Tag("R91")
  @Tag("R121")
  void revert_dryRun_saysWhatWouldBeLostAndChangesNothing() throws IOException {
    long pid = device.runners().get(0);

    InstallResult code = revert("dry-1", null, DataOnRevert.KEEP, true);
    InstallResult data = revert("dry-2", null, DataOnRevert.restoring(""), true);

    assertThat(code.outcome()).isEqualTo(Outcome.DRY_RUN);
    assertThat(code.plan())
        .contains(
            "stop backend 1.1.0, by force after 2.0 s",
            "keep the data as they are",
            "lost: nothing; but 1.0.0 has to read what 1.1.0 wrote");
    assertThat(data.plan())
        .anyMatch(line -> line.startsWith("bring back the data of " + backup("1.0.0")))
        // owner and precious were written, "new" came.
        .anyMatch(
            line ->
                line.startsWith("lost: what was written since")
                    && line.contains("2 files changed, 1 new, 0 removed"))
        .anyMatch(line -> line.startsWith("expected downtime: about "));
    assertNothingChanged(pid);
    assertThat(device.engine.history().jobs(new JobHistory.Query("dry", "", 10))).isEmpty();
  }

  @Test
  @Tag("R90")
  @Tag("R92")
  void revert_oldVersionDoesNotStart_todaysVersionAndDataAreBack() throws IOException {
    // The slot's program is exchanged, size and all, so that only running it shows.
    String broken = "#!/bin/sh\nexit 7\n#";
    Releases.stage(
        device.home(),
        TestDevice.ID,
        "1.0.0",
        broken + "x".repeat(Releases.GOOD.length() - broken.length()),
        null);

    InstallResult result = revert("back", null, DataOnRevert.restoring(""), false);

    assertThat(result.outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(result.error().code()).isEqualTo(ErrorCode.ERROR_CODE_HEALTH_FAILED);
    device.assertRuns("1.1.0");
    assertThat(device.data("precious")).hasContent("written by 1.1.0");
    assertThat(device.data("new")).exists();
  }

  @Test
  @Tag("R138")
  void history_afterInstallsAndRevert_tellsMethodAskerAndBackups() {
    revert("back", null, DataOnRevert.restoring(""), false);

    List<PastJob> jobs = device.engine.history().jobs(new JobHistory.Query("", "", 10));
    assertThat(jobs).extracting(PastJob::method).containsExactly("revert", "update", "fresh");
    assertThat(jobs).extracting(PastJob::requestedBy).containsExactly("anna", "tester", "tester");
    assertThat(jobs.get(0).restored()).startsWith("backup_1.0.0_");
    assertThat(jobs.get(0).backup()).startsWith("backup_1.1.0_");
    assertThat(backups()).extracting(KeptBackup::problem).containsOnly("");
    assertThat(backups()).extracting(KeptBackup::bytes).allMatch(bytes -> bytes > 0);
    assertThat(device.engine.history().jobs(new JobHistory.Query("job-1.1", "", 10))).hasSize(1);
    assertThat(device.engine.history().jobs(new JobHistory.Query("", "module", 10))).isEmpty();
  }

  @Test
  @Tag("R138")
  @Tag("R27")
  void history_olderVersionInstalledByName_isADowngrade() {
    assertThat(device.installAndWait("down", "1.0.0").outcome()).isEqualTo(Outcome.COMMITTED);

    assertThat(device.engine.history().jobs(new JobHistory.Query("", "", 10)))
        .extracting(PastJob::method)
        .containsExactly("downgrade", "update", "fresh");
  }

  @Test
  @Tag("R138")
  void backups_oneIsNotComplete_isListedWithItsProblem() throws IOException {
    Files.delete(device.backups.resolve(TestDevice.ID).resolve(backup("1.0.0")).resolve("INDEX"));

    assertThat(backups())
        .singleElement()
        .extracting(KeptBackup::problem)
        .asString()
        .contains("INDEX");
  }

  @Test
  @Tag("R138")
  void backups_indexIsDamaged_isListedWithItsProblem() throws IOException {
    Path index = device.backups.resolve(TestDevice.ID).resolve(backup("1.0.0")).resolve("INDEX");
    Files.writeString(index, "present da");

    assertThat(backups())
        .singleElement()
        .extracting(KeptBackup::problem)
        .asString()
        .contains("the index of", "is damaged");
  }

  @Test
  @Tag("R139")
  void log_jobWithTwoParts_isOneLogAlsoAfterARestart() {
    device.engine.revert(
        new RevertOrder(
            "job-1.1.0~revert", TestDevice.ID, v("1.0.0"), DataOnRevert.KEEP, false, ""));
    device.result("job-1.1.0~revert");
    int installed = device.engine.log("job-1.1.0", 1, 100).size();
    device.stop(true);
    device.start();

    JobHistory.LogPart all = device.engine.history().log("job-1.1.0", 1, 1_000_000);

    assertThat(all.known()).isTrue();
    assertThat(all.finished()).isTrue();
    assertThat(all.lines()).hasSize(installed);
    assertThat(all.lines()).extracting(JobHistory.Line::number).doesNotHaveDuplicates().isSorted();
    assertThat(all.lines()).anyMatch(line -> line.text().contains("COMMITTED"));
    assertThat(all.lines()).anyMatch(line -> line.text().contains("REVERTED"));
    assertThat(device.engine.history().log("job-1.1.0~revert", 1, 100).lines()).isEmpty();
    assertThat(device.engine.history().log("unknown", 1, 100).known()).isFalse();
  }

  @Test
  @Tag("R139")
  void log_inParts_isTheWholeLogWithoutAGap() {
    JobHistory history = device.engine.history();
    JobHistory.LogPart all = history.log("job-1.1.0", 1, 1_000_000);
    List<JobHistory.Line> joined = new java.util.ArrayList<>();
    while (joined.size() < all.lastLine()) {
      joined.addAll(history.log("job-1.1.0", joined.size() + 1, 60).lines());
    }

    assertThat(all.lines()).hasSizeGreaterThan(3);
    assertThat(joined).isEqualTo(all.lines());
  }

  @Test
  @Tag("R177")
  void log_linesOfACrashingRelease_haveNoSecret() throws IOException {
    Releases.stage(device.home(), TestDevice.ID, "1.2.0", Releases.CRASHING, null);
    device.installAndWait("bad", "1.2.0");

    JobHistory.LogPart log = device.engine.history().log("bad", 1, 1_000_000);
    assertThat(log.lines()).anyMatch(line -> line.text().contains("password=***"));
    assertThat(log.lines()).noneMatch(line -> line.text().contains("hunter2"));
    PastJob job = device.engine.history().jobs(new JobHistory.Query("bad", "", 1)).get(0);
    assertThat(job.status().error()).hasMessageNotContaining("hunter2");
  }
}
