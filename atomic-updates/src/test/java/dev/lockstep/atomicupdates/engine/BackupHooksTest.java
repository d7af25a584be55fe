package dev.lockstep.atomicupdates.engine;

import static dev.lockstep.atomicupdates.engine.Releases.v;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.DeviceUpdates.InstallOrder;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.atomicupdates.process.LivingProcesses;
import dev.lockstep.config.ComponentSettings.BackupHooks;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A component's own commands around the copy of its data. That they are made up for after a crash
 * is shown by {@link CrashTest} and the kill matrix.
 */
class BackupHooksTest {
  private static final Duration LONG = Duration.ofSeconds(30);

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

  private static List<String> shell(String script) {
    return List.of("/bin/sh", "-c", script);
  }

  /** 1.0.0 runs, and 1.1.0 is staged. */
  private void hooked(String before, String after, boolean whileRunning) throws IOException {
    device.hooks = new BackupHooks(shell(before), LONG, shell(after), LONG, whileRunning);
    device.start();
    device.installed("1.0.0");
    Files.writeString(device.data("precious"), "kept");
    device.stageGood("1.1.0");
  }

  private List<String> calls() throws IOException {
    Path calls = device.home().resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  private List<Path> backups() throws IOException {
    try (Stream<Path> children = Files.list(device.backups.resolve(TestDevice.ID))) {
      return children.toList();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("R81")
  @Tag("R82")
  @Tag("R177")
  void install_hooks_runAroundTheCopyAndWriteIntoTheBackup(boolean whileRunning)
      throws IOException {
    Path pid = device.state.resolve("run/backend.pid");
    String say =
        "echo \"$0 $LOCKSTEP_COMPONENT $LOCKSTEP_FROM_VERSION $LOCKSTEP_TO_VERSION $LOCKSTEP_JOB"
            + " $(cat $LOCKSTEP_DATA/precious) $(test -e '"
            + pid
            + "' && echo runs)\" >>${root}/calls; ";
    hooked(
        say.replace("$0", "before")
            + "echo all >\"$LOCKSTEP_BACKUP/dump\"; echo 'dumped with password=hunter2'",
        say.replace("$0", "after") + "cat \"$LOCKSTEP_BACKUP/dump\" >>${root}/calls",
        whileRunning);

    InstallResult result = device.installAndWait("job", "1.1.0");

    assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(result.downtime()).isPositive();
    String facts = " backend 1.0.0 1.1.0 job kept " + (whileRunning ? "runs" : "");
    assertThat(calls()).containsExactly("before" + facts, "after" + facts, "all");
    assertThat(backups()).hasSize(1);
    assertThat(backups().get(0).resolve("hook/dump")).hasContent("all");
    assertThat(backups().get(0).resolve("files/data/precious")).hasContent("kept");
    assertThat(device.reports.lines)
        .anyMatch(line -> line.endsWith("backup hook before: dumped with password=***"))
        .noneMatch(line -> line.contains("hunter2"));
    device.assertRuns("1.1.0");
  }

  @Test
  @Tag("R81")
  void install_beforeFails_nothingIsChangedAndTheReasonIsTold() throws IOException {
    hooked(
        "echo 'cannot reach the database, token=abcdef'; exit 7", "echo $$ >>${root}/calls", true);
    long pid = device.runners().get(0);

    InstallResult result = device.installAndWait("job", "1.1.0");

    assertThat(result.outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(result.error().code()).isEqualTo(ErrorCode.ERROR_CODE_BACKUP_FAILED);
    assertThat(result.error())
        .hasMessageContaining("/bin/sh -c echo")
        .hasMessageContaining("ended with exit 7")
        .hasMessageContaining("cannot reach the database, token=***")
        .hasMessageNotContaining("abcdef");
    assertThat(calls()).as("the second runs all the same").hasSize(1);
    assertThat(device.active()).isEqualTo("1.0.0");
    assertThat(device.runners()).as("it was not even stopped").containsExactly(pid);
    org.awaitility.Awaitility.await()
        .atMost(TestDevice.LONG)
        .untilAsserted(() -> assertThat(backups()).isEmpty());
  }

  @Test
  @Tag("R81")
  void install_beforeDoesNotEnd_isEndedWithAllThatItStarted() throws IOException {
    Path left = folder.resolve("left");
    hooked(
        "setsid sh -c 'echo $$ >>%s; sleep 60' & sh -c 'echo $$ >>%s; sleep 60'"
            .formatted(left, left),
        "true",
        false);
    device.hooks =
        new BackupHooks(
            device.hooks.before(),
            Duration.ofMillis(1500),
            device.hooks.after(),
            LONG,
            device.hooks.whileRunning());
    device.stop(false);
    device.start();

    InstallResult result = device.installAndWait("job", "1.1.0");

    assertThat(result.outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(result.error()).hasMessageContaining("did not end within");
    assertThat(Files.readAllLines(left)).hasSize(2);
    for (String process : Files.readAllLines(left)) {
      assertThat(LivingProcesses.lives(Long.parseLong(process))).as(process).isFalse();
    }
    device.assertRuns("1.0.0");
    assertThat(device.data("precious")).hasContent("kept");
  }

  @Test
  @Tag("R81")
  void install_copyFails_theSecondRunsAndTheOldVersionGoesOn() throws IOException {
    hooked("touch \"$LOCKSTEP_BACKUP/../files\"", "echo after >>${root}/calls", false);

    InstallResult result = device.installAndWait("job", "1.1.0");

    assertThat(result.outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(result.error().code()).isEqualTo(ErrorCode.ERROR_CODE_BACKUP_FAILED);
    assertThat(calls()).containsExactly("after");
    device.assertRuns("1.0.0");
  }

  @Test
  @Tag("R81")
  void install_afterFails_isRevertedBeforeAnythingIsSwitched() throws IOException {
    hooked("true", "echo after >>${root}/calls; echo 'still frozen'; exit 3", true);

    InstallResult result = device.installAndWait("job", "1.1.0");

    assertThat(result.outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(result.error())
        .hasMessageContaining("backup hook \"after\"")
        .hasMessageContaining("exit 3: still frozen");
    assertThat(calls()).as("tried again on the way back").containsExactly("after", "after");
    device.assertRuns("1.0.0");
  }

  @Test
  void install_programIsMissing_isRevertedAndSaysSo() throws IOException {
    hooked("true", "true", false);
    device.stop(false);
    device.hooks = new BackupHooks(List.of("./no-such-dump"), LONG, List.of(), LONG, false);
    device.start();

    InstallResult result = device.installAndWait("job", "1.1.0");

    assertThat(result.outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(result.error()).hasMessageContaining("backup hook \"before\" ./no-such-dump");
    device.assertRuns("1.0.0");
  }

  @Test
  @Tag("R121")
  void dryRun_hooks_areInThePlanWhereTheyRun() throws IOException {
    hooked("true", "echo token=abc", true);

    device.engine.install(new InstallOrder("plan", TestDevice.ID, v("1.1.0"), true, "tester"));

    List<String> plan = device.result("plan").plan();
    int copy = plan.indexOf("run /bin/sh -c true") + 1;
    assertThat(plan.get(copy)).startsWith("back up data");
    assertThat(plan.get(copy + 1)).isEqualTo("run /bin/sh -c echo token=***");
    assertThat(plan.get(copy + 2)).startsWith("stop backend 1.0.0, by force after ");
  }
}
