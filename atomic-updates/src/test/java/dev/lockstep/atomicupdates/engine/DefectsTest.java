package dev.lockstep.atomicupdates.engine;

import static dev.lockstep.atomicupdates.engine.Releases.v;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.port.Launcher;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.testkit.disk.DiskChange;
import dev.lockstep.testkit.disk.DiskWatch;
import dev.lockstep.testkit.disk.WatchedFileSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is broken in one place, be it this program, does not stop what does not depend on it. */
class DefectsTest {
  @TempDir Path folder;
  private TestDevice device;

  @AfterEach
  void stop() {
    device.close();
  }

  @Test
  @Tag("R97")
  void install_stepThrowsAnError_revertedAndTheNextInstallBegins() throws IOException {
    device = new TestDevice(folder);
    AtomicBoolean broken = new AtomicBoolean();
    device.faults =
        point -> {
          if (point.equals("APPLY.MIGRATE.before") && broken.getAndSet(false)) {
            throw new StackOverflowError("of a test");
          }
        };
    device.start();
    device.installed("1.0.0");
    device.stageGood("1.1.0");
    broken.set(true);

    InstallResult result = device.installAndWait("bad", "1.1.0");

    assertThat(result.outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(result.error().code()).isEqualTo(ErrorCode.ERROR_CODE_INTERNAL);
    assertThat(result.error()).hasMessageContaining("StackOverflowError");
    assertThat(device.installAndWait("good", "1.1.0").outcome()).isEqualTo(Outcome.COMMITTED);
  }

  /** SQLite's answer may fail after its work is done: then the job stands in the journal. */
  @Test
  @Tag("R97")
  void install_firstRowIsWrittenAndThenTheJournalFails_isCarriedOutNotRefused() throws IOException {
    device = new TestDevice(folder);
    AtomicReference<String> failing = new AtomicReference<>("");
    AtomicInteger withdrawn = new AtomicInteger();
    device.faults =
        point -> {
          if (point.equals("journal.settled.after")) {
            withdrawn.incrementAndGet();
          }
          if (point.equals(failing.get())) {
            failing.set("");
            throw new AtomicUpdatesException.Install(
                ErrorCode.ERROR_CODE_JOURNAL, ErrorCategory.ERROR_CATEGORY_OPERATOR, point, null);
          }
        };
    device.start();
    device.installed("1.0.0");
    device.stageGood("1.1.0");

    failing.set("journal.install.PREPARING.after");
    assertThat(device.installAndWait("job", "1.1.0").outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(device.reports.results).hasSize(2);
    device.stageGood("1.2.0");

    for (String job : List.of("install", "revert")) {
      failing.set("journal.install.PREPARING.before");
      if (job.equals("install")) {
        device.install(job, "1.2.0");
      } else {
        device.engine.revert(job, TestDevice.ID, null, "tester");
      }
      assertThat(device.result(job).outcome())
          .as("not written: %s", job)
          .isEqualTo(Outcome.REFUSED);
      assertThat(device.result(job).error().code()).isEqualTo(ErrorCode.ERROR_CODE_JOURNAL);
    }
    await().atMost(TestDevice.LONG).untilAsserted(() -> assertThat(withdrawn).hasValue(2));
    assertThat(device.installAndWait("next", "1.2.0").outcome()).isEqualTo(Outcome.COMMITTED);
    device.assertRuns("1.2.0");
  }

  @Test
  @Tag("R97")
  void install_errorOfJavaBetweenJournalAndEffect_thisProcessEndsAndTheNextOneGoesOn()
      throws IOException {
    device = new TestDevice(folder);
    List<Throwable> ends = new CopyOnWriteArrayList<>();
    device.launcher = Launcher.none(ends::add);
    device.start();
    device.installed("1.0.0");
    device.stageGood("1.1.0");
    RecordingReports told = device.reports;
    device.reports =
        new RecordingReports() {
          @Override
          public void installComplete(InstallResult result) {
            throw new NoClassDefFoundError("of a test");
          }
        };
    device.stop(false);
    device.start();

    device.install("job", "1.1.0");
    await().atMost(TestDevice.LONG).until(() -> !ends.isEmpty());
    assertThat(ends).singleElement().isInstanceOf(NoClassDefFoundError.class);
    device.stop(true);

    device.reports = told;
    device.start();
    assertThat(device.result("job").outcome()).isEqualTo(Outcome.COMMITTED);
    device.assertRuns("1.1.0");
  }

  @Test
  @Tag("R97")
  void stage_stagerThrowsAnError_itsEndIsTold() {
    device = new TestDevice(folder);
    device.stager =
        (request, listener) -> {
          throw new NoClassDefFoundError("of a test");
        };
    device.start();

    device.engine.stage("job", TestDevice.ID, v("1.0.0"), "");

    await().atMost(TestDevice.LONG).until(() -> !device.reports.staged.isEmpty());
    assertThat(device.reports.staged.get(0).error().code())
        .isEqualTo(ErrorCode.ERROR_CODE_INTERNAL);
  }

  @Test
  @Tag("R97")
  void start_slotsOfOneComponentCannotBeListed_everythingElseStarts() throws IOException {
    AtomicBoolean broken = new AtomicBoolean();
    device = new TestDevice(WatchedFileSystem.path(folder, unlistable(broken)));
    device.stager =
        (request, listener) -> {
          try {
            device.stageGood("1.1.0");
          } catch (IOException failed) {
            throw new UncheckedIOException(failed);
          }
          return new Stager.Staged(Releases.description(TestDevice.ID, "1.1.0"), 10);
        };
    device.start();
    device.installed("1.0.0");
    device.engine.stage("job", TestDevice.ID, v("1.1.0"), "");
    await().atMost(TestDevice.LONG).until(() -> !device.reports.staged.isEmpty());
    device.stop(true);

    broken.set(true);
    device.start();

    device.assertRuns("1.0.0");
    assertThat(device.engine.components()).hasSize(2);
    assertThat(device.engine.components().get(0).active()).isEqualTo(v("1.0.0"));
    assertThat(device.reports.staged).as("it is still staged").hasSize(1);
  }

  private static DiskWatch unlistable(AtomicBoolean broken) {
    return new DiskWatch() {
      @Override
      public void before(DiskChange change) {
        // Only listing is refused.
      }

      @Override
      public void listing(Path listed) throws IOException {
        if (broken.get() && listed.endsWith("backend/releases")) {
          throw new FileSystemException(listed.toString(), null, "Input/output error");
        }
      }

      @Override
      public void after(DiskChange change) {
        // Only listing is refused.
      }
    };
  }
}
