package dev.lockstep.atomicupdates.engine;

import static dev.lockstep.atomicupdates.engine.Releases.v;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.domain.Event;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.InstallMachine;
import dev.lockstep.atomicupdates.journal.Database;
import dev.lockstep.atomicupdates.journal.InstallJournal;
import dev.lockstep.atomicupdates.journal.JournalReader;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a change of the device is in the way of another one. */
class BusyDeviceTest {
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

  /** Keeps the next change where it asks whether it may begin. */
  private Held hold() {
    Held held = new Held(new CountDownLatch(1), new CountDownLatch(1));
    device.participants.whenAsked =
        () -> {
          held.asked().countDown();
          await().atMost(TestDevice.LONG).until(() -> held.goOn().await(10, TimeUnit.MILLISECONDS));
        };
    return held;
  }

  private record Held(CountDownLatch asked, CountDownLatch goOn) {
    void awaitAsked() throws InterruptedException {
      assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static ErrorCode codeOf(InstallResult result) {
    assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
    return result.error().code();
  }

  @Test
  @Tag("R96")
  void install_whileAnotherRuns_refusedAndFirstEnds() throws Exception {
    Held held = hold();
    device.start();
    device.stageGood("1.0.0");
    device.stageGood("1.1.0");
    device.install("first", "1.0.0");
    held.awaitAsked();

    InstallResult second = device.installAndWait("second", "1.1.0");

    assertThat(codeOf(second)).isEqualTo(ErrorCode.ERROR_CODE_INSTALL_BUSY);
    assertThat(second.error().category()).isEqualTo(ErrorCategory.ERROR_CATEGORY_RETRY);
    assertThat(second.error()).hasMessageContaining("already in progress");
    held.goOn().countDown();
    assertThat(device.result("first").outcome()).isEqualTo(Outcome.COMMITTED);
    // A refusal does not stick to the job.
    device.reports.results.clear();
    assertThat(device.installAndWait("second", "1.1.0").outcome()).isEqualTo(Outcome.COMMITTED);
  }

  /** Each of the three ways of changing a device counts, whichever came first. */
  @Test
  @Tag("R96")
  void revertAndDowngrade_whileAnUpdateRuns_refusedAsAlreadyInProgress() throws Exception {
    device.start();
    for (String version : List.of("0.9.0", "1.0.0", "1.1.0")) {
      device.stageGood(version);
    }
    assertThat(device.installAndWait("old", "1.0.0").outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(device.installAndWait("new", "1.1.0").outcome()).isEqualTo(Outcome.COMMITTED);
    device.stageGood("0.9.0");
    device.stageGood("1.2.0");
    Held held = hold();
    device.install("newest", "1.2.0");
    held.awaitAsked();

    device.engine.revert("back", TestDevice.ID, null, "tester");
    device.install("down", "0.9.0");

    for (String job : List.of("back", "down")) {
      assertThat(device.result(job).outcome()).as(job).isEqualTo(Outcome.REFUSED);
      assertThat(codeOf(device.result(job))).isEqualTo(ErrorCode.ERROR_CODE_INSTALL_BUSY);
      assertThat(device.result(job).error())
          .hasMessageContaining("already in progress")
          .hasMessageContaining("newest");
    }
    held.goOn().countDown();
    assertThat(device.result("newest").outcome()).isEqualTo(Outcome.COMMITTED);
    device.assertRuns("1.2.0");
  }

  @Test
  @Tag("R96")
  void installDowngradeAndRevert_whileARevertRuns_refusedAsAlreadyInProgress() throws Exception {
    device.start();
    device.installed("1.0.0");
    device.installed("1.1.0");
    device.stageGood("0.9.0");
    device.stageGood("1.2.0");
    Held held = hold();
    device.engine.revert("back", TestDevice.ID, null, "tester");
    held.awaitAsked();

    device.install("up", "1.2.0");
    device.install("down", "0.9.0");
    device.engine.revert("back again", TestDevice.ID, null, "tester");

    for (String job : List.of("up", "down", "back again")) {
      assertThat(codeOf(device.result(job))).as(job).isEqualTo(ErrorCode.ERROR_CODE_INSTALL_BUSY);
      assertThat(device.result(job).error())
          .hasMessageContaining("already in progress")
          .hasMessageContaining("job back ");
    }
    held.goOn().countDown();
    assertThat(device.result("back").outcome()).isEqualTo(Outcome.REVERTED);
    device.assertRuns("1.0.0");
  }

  @Test
  @Tag("R96")
  void install_interruptedOneIsOfAComponentThatLeftTheSettings_isNotInTheWay() throws IOException {
    Install left =
        InstallMachine.apply(
                Install.requested(
                    new Install.Key("left", "gone"),
                    new Install.Order(Install.Method.FRESH, "", ""),
                    new Install.Versions(null, v("1.0.0"), null),
                    Instant.now()),
                Event.installAsked(),
                Instant.now())
            .install();
    Install installing = InstallMachine.apply(left, Event.ready(null), Instant.now()).install();
    for (Install interrupted : List.of(left, installing)) {
      try (Database database = Database.open(device.state.resolve("atomic.db"), FaultPoints.NONE)) {
        new InstallJournal(database).save(interrupted);
      }
      String version = interrupted == left ? "1.0.0" : "1.1.0";
      device.start();
      assertThat(device.installed(version).outcome()).isEqualTo(Outcome.COMMITTED);
      device.stop(true);
      assertThat(JournalReader.installs(device.state.resolve("atomic.db")))
          .as("it goes on when the component is back")
          .anyMatch(row -> row.key().equals(left.key()) && row.state() == interrupted.state());
    }
  }
}
