package dev.lockstep.atomicupdates.engine;

import static dev.lockstep.atomicupdates.engine.Releases.v;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.DeviceUpdates.InstallOrder;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.atomicupdates.process.LauncherFiles;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.testkit.ReliabilityFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lockstep installs a release of itself that does not pass its check and goes back, over several
 * processes, of which one ends at each of its fault points and journal writes. The test does what
 * the launcher does with a process that ended: it starts what the active link points at. What the
 * launcher does with one that does not start is shown by {@link SelfUpdateTest}.
 */
class OwnRevertCrashTest {
  private static final String ID = OwnProcess.ID;
  private static final String JOB = "job";

  /** More than any run needs. */
  private static final int PROCESSES = 8;

  @TempDir(factory = CrashTest.InMemory.class)
  Path folder;

  /** The release that fails says that it is another one. */
  private static Path device(Path where) throws IOException {
    Path home = where.resolve("root").resolve(ID);
    stage(home, "1.0.0", "1.0.0");
    stage(home, "2.0.0", "9.9.9");
    Files.createSymbolicLink(home.resolve("current"), Path.of("releases/1.0.0"));
    Files.createDirectories(where.resolve("state/launcher"));
    return where;
  }

  private static void stage(Path home, String version, String says) throws IOException {
    Releases.stage(
        home,
        ID,
        version,
        Map.of("VERSION", says + "\n", "bin/lockstep", "#!/bin/sh\nexit 3\n"),
        "bin");
  }

  @Test
  @Tag("R87")
  @Tag("R92")
  @Tag("R97")
  @Tag("R175")
  void ownReleaseFails_processEndsAtEveryPoint_theOneBeforeRunsAgain() throws Exception {
    SimulatedCrash list = SimulatedCrash.never();
    goesBack(device(folder.resolve("list")), list);
    assertThat(list.points)
        .contains("own.restart", "UNDO.ACTIVATE.after", "journal.install.REVERTED.after");
    int ended =
        EachPlace.of(
            list.points.size(),
            1,
            point -> {
              SimulatedCrash crash = SimulatedCrash.at(point);
              try {
                goesBack(device(folder.resolve("point-" + point)), crash);
              } catch (AssertionError | RuntimeException failed) {
                throw new AssertionError("ended at " + list.points.get(point - 1), failed);
              }
              return crash.happened();
            });
    ReliabilityFigures.tell("`OwnRevertCrashTest`", list.points.size(), ended);
  }

  private static void goesBack(Path where, SimulatedCrash crash) throws Exception {
    Optional<InstallResult> end = Optional.empty();
    for (int process = 0; process < PROCESSES && end.isEmpty(); process++) {
      end = live(where, crash);
    }
    assertThat(end).as("after %d processes", PROCESSES).isPresent();
    assertThat(end.get().outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(end.get().error().code()).isEqualTo(ErrorCode.ERROR_CODE_HEALTH_FAILED);
    Path home = where.resolve("root").resolve(ID);
    assertThat(Files.readSymbolicLink(home.resolve("current")))
        .isEqualTo(Path.of("releases/1.0.0"));
    assertThat(home.resolve("previous")).doesNotExist();
    assertThat(where.resolve("state/launcher/confirmed")).hasContent("1.0.0");
    assertThat(where.resolve("state/installing").resolve(ID)).doesNotExist();
  }

  /** One process, from its start until it ends for whatever reason; gives the install's end. */
  private static Optional<InstallResult> live(Path where, SimulatedCrash crash) throws Exception {
    boolean over = crash.happened();
    Path link = where.resolve("root").resolve(ID).resolve("current");
    CountDownLatch restart = new CountDownLatch(1);
    TestDevice device = new TestDevice(where);
    device.own = ID;
    device.healthInterval = Duration.ofMillis(10);
    device.healthWindow = Duration.ZERO;
    device.faults = over ? FaultPoints.NONE : crash;
    device.launcher =
        LauncherFiles.of(
            Map.of(
                LauncherFiles.FOLDER,
                where.resolve("state/launcher").toString(),
                LauncherFiles.LAUNCHED,
                Files.readSymbolicLink(link).getFileName().toString()),
            device.faults,
            restart::countDown,
            broken -> {});
    try {
      device.start();
      device.engine.install(new InstallOrder(JOB, ID, v("2.0.0"), false, "tester"));
    } catch (SimulatedCrash.Crash | IllegalStateException died) {
      device.die();
      assertThat(crash.happened()).isTrue();
      return Optional.empty();
    }
    await()
        .dontCatchUncaughtExceptions()
        .atMost(TestDevice.LONG)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                restart.getCount() == 0
                    || crash.happened() != over
                    || !device.reports.results.isEmpty());
    boolean crashed = crash.happened() != over;
    if (crashed) {
      device.die();
      return Optional.empty();
    }
    device.stop(false);
    return device.reports.results.stream().findFirst();
  }
}
