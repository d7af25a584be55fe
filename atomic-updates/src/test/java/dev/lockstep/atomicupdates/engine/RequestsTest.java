package dev.lockstep.atomicupdates.engine;

import static dev.lockstep.atomicupdates.engine.Releases.v;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.DeviceUpdates.InstallOrder;
import dev.lockstep.atomicupdates.DeviceUpdates.JobStatus;
import dev.lockstep.atomicupdates.port.Participants.Inhibited;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What requests lead to: refusals, repetitions, deferrals, staging. */
class RequestsTest {
  private static final String TARGET = "stable/backend/backend-1.1.0.manifest.json";
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

  private static ErrorCode codeOf(InstallResult result) {
    assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
    return result.error().code();
  }

  @Test
  @Tag("R7")
  void install_unknownComponent_refused() {
    device.start();
    device.engine.install(new InstallOrder("job", "nobody", v("1.0.0"), false, ""));
    assertThat(codeOf(device.result("job")))
        .isEqualTo(ErrorCode.ERROR_CODE_INSTALL_UNKNOWN_COMPONENT);
  }

  @Test
  @Tag("R7")
  void install_notStaged_refused() throws IOException {
    device.start();
    device.installed("1.0.0");

    InstallResult result = device.installAndWait("job", "1.1.0");

    assertThat(codeOf(result)).isEqualTo(ErrorCode.ERROR_CODE_INSTALL_NOT_STAGED);
    device.assertRuns("1.0.0");
    assertThat(device.engine.jobs()).extracting(JobStatus::jobId).doesNotContain("job");
  }

  @Test
  @Tag("R72")
  void cancelStage_jobOfTwoComponents_stopsBoth() {
    AtomicInteger calls = new AtomicInteger();
    device.stager =
        (request, listener) -> {
          calls.incrementAndGet();
          await().atMost(TestDevice.LONG).until(listener::cancelled);
          throw new AtomicUpdatesException.Staging(
              ErrorCode.ERROR_CODE_DOWNLOAD_CANCELLED,
              ErrorCategory.ERROR_CATEGORY_OPERATOR,
              "cannot download: it was cancelled; ask for it again",
              null);
        };
    device.start();
    device.engine.stage("job", TestDevice.ID, v("1.1.0"), TARGET);
    device.engine.stage("job", "module", v("1.1.0"), TARGET);
    await().atMost(TestDevice.LONG).until(() -> calls.get() == 1);

    device.engine.cancelStage("job");
    await().atMost(TestDevice.LONG).until(() -> device.reports.staged.size() == 2);
    assertThat(device.reports.staged)
        .allMatch(end -> end.error().code() == ErrorCode.ERROR_CODE_DOWNLOAD_CANCELLED);
  }

  @Test
  @Tag("R16")
  void install_repeatedAfterItsEnd_endToldAgainAndNothingDone() throws IOException {
    device.start();
    device.installed("1.0.0");
    InstallResult first = device.installed("1.1.0");
    long pid = device.runners().get(0);
    assertThat(device.reports.answered).as("each was told for the first time").isEmpty();
    device.reports.results.clear();

    InstallResult again = device.installAndWait("job-1.1.0", "1.1.0");

    assertThat(again).isEqualTo(first);
    assertThat(device.reports.answered).as("no restart is over by it").containsExactly(first);
    assertThat(device.runners()).containsExactly(pid);
  }

  @Test
  @Tag("R178")
  void install_versionThatIsActive_committedWithoutRestart() throws IOException {
    device.start();
    device.installed("1.0.0");
    long pid = device.runners().get(0);

    InstallResult result = device.installAndWait("other", "1.0.0");

    assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(result.downtime()).isZero();
    assertThat(device.reports.answered).as("no restart is over by it").containsExactly(result);
    assertThat(device.runners()).containsExactly(pid);
  }

  @Test
  @Tag("R14")
  @Tag("R89")
  void install_inhibited_deferredWithOwnerReasonAndEnd() throws IOException {
    device.start();
    device.installed("1.0.0");
    device.stageGood("1.1.0");
    device.participants.inhibited =
        new Inhibited("kiosk-ui", "a customer is paying", Instant.now().plusMillis(300));

    InstallResult result = device.installAndWait("job", "1.1.0");

    assertThat(result.outcome()).isEqualTo(Outcome.DEFERRED);
    assertThat(result.error().code()).isEqualTo(ErrorCode.ERROR_CODE_INSTALL_INHIBITED);
    assertThat(result.error())
        .hasMessageContaining("kiosk-ui")
        .hasMessageContaining("a customer is paying");
    device.assertRuns("1.0.0");
    // When the inhibit is over, the same job may be asked for again.
    device.participants.inhibited = null;
    await()
        .atMost(TestDevice.LONG)
        .until(
            () -> {
              device.install("job", "1.1.0");
              return device.reports.results.stream()
                  .anyMatch(end -> end.jobId().equals("job") && end.outcome() == Outcome.COMMITTED);
            });
    device.assertRuns("1.1.0");
  }

  @Test
  @Tag("R14")
  void install_inhibitedForEver_goesOnAfterTheLastDeferral() throws IOException {
    device.start();
    device.installed("1.0.0");
    device.stageGood("1.1.0");
    device.participants.inhibited = new Inhibited("kiosk-ui", "never", Instant.now());
    for (int i = 1; i <= 5; i++) {
      assertThat(device.installAndWait("job-" + i, "1.1.0").outcome()).isEqualTo(Outcome.DEFERRED);
    }
    assertThat(device.installAndWait("job-6", "1.1.0").outcome()).isEqualTo(Outcome.COMMITTED);
    device.assertRuns("1.1.0");
  }

  @Test
  @Tag("R76")
  void install_slotWasChanged_refusedBeforeAnythingStops() throws IOException {
    device.start();
    device.installed("1.0.0");
    device.stageGood("1.1.0");
    Files.writeString(device.home().resolve("releases/1.1.0/lib/part.txt"), "part of 6.6.6\n");

    InstallResult result = device.installAndWait("job", "1.1.0");

    assertThat(codeOf(result)).isEqualTo(ErrorCode.ERROR_CODE_MANIFEST_MISMATCH);
    assertThat(result.error()).hasMessageContaining("lib/part.txt");
    assertThat(device.participants.asked).doesNotContain("prepare backend 1.1.0");
    device.assertRuns("1.0.0");
  }

  @Test
  @Tag("R91")
  void revert_nothingToGoBackTo_refused() throws IOException {
    device.start();
    device.installed("1.0.0");

    device.engine.revert("job", TestDevice.ID, null, "");

    assertThat(codeOf(device.result("job"))).isEqualTo(ErrorCode.ERROR_CODE_NOTHING_TO_REVERT);
    device.assertRuns("1.0.0");
  }

  @Test
  @Tag("R5")
  @Tag("R6")
  @Tag("R88")
  @Tag("R99")
  @Tag("R168")
  void stage_thenInstallLater_progressThinnedAndMonotone() throws IOException {
    device.stager =
        (request, listener) -> {
          long began = System.nanoTime();
          for (int i = 0; i <= 5_000; i++) {
            // The source starts over in the middle: what is told must not fall.
            listener.progress(i == 2_500 ? 10 : i, 5_000);
            while (System.nanoTime() - began < i * 80_000L) {
              Thread.onSpinWait();
            }
          }
          return staged(request);
        };
    device.start();
    device.installed("1.0.0");
    long pid = device.runners().get(0);

    device.engine.stage("job", TestDevice.ID, v("1.1.0"), TARGET);
    await().atMost(TestDevice.LONG).until(() -> !device.reports.staged.isEmpty());

    assertThat(device.reports.staged).hasSize(1);
    assertThat(device.reports.staged.get(0).error()).isNull();
    List<Long> done = device.reports.bytes.stream().map(bytes -> bytes[0]).toList();
    assertThat(done).isSorted().hasSizeBetween(3, 12).endsWith(5_000L);
    // The new release is written beside the one that runs, which goes on.
    device.assertRuns("1.0.0");
    assertThat(device.runners()).containsExactly(pid);
    assertThat(device.home().resolve("releases/1.1.0/run.sh")).exists();
    assertThat(device.engine.components().get(0).staged()).containsExactly(v("1.1.0"));
    assertThat(device.installAndWait("job", "1.1.0").outcome()).isEqualTo(Outcome.COMMITTED);
  }

  private Stager.Staged staged(Stager.Request request) {
    try {
      device.stageGood(request.version().toString());
      return new Stager.Staged(Releases.description(TestDevice.ID, "1.1.0"), 5_000);
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  @Test
  @Tag("R72")
  void cancelStage_whileDownloading_endsAsCancelledAndStaysSo() {
    AtomicInteger calls = new AtomicInteger();
    device.stager =
        (request, listener) -> {
          calls.incrementAndGet();
          await().atMost(TestDevice.LONG).until(listener::cancelled);
          throw new AtomicUpdatesException.Staging(
              ErrorCode.ERROR_CODE_DOWNLOAD_CANCELLED,
              ErrorCategory.ERROR_CATEGORY_OPERATOR,
              "cannot download: it was cancelled; ask for it again",
              null);
        };
    device.start();
    device.engine.stage("job", TestDevice.ID, v("1.1.0"), TARGET);
    await().atMost(TestDevice.LONG).until(() -> calls.get() == 1);

    device.engine.cancelStage("job");
    await().atMost(TestDevice.LONG).until(() -> device.reports.staged.size() == 1);
    device.engine.stage("job", TestDevice.ID, v("1.1.0"), TARGET);
    await().atMost(TestDevice.LONG).until(() -> device.reports.staged.size() == 2);

    assertThat(device.reports.staged)
        .allMatch(end -> end.error().code() == ErrorCode.ERROR_CODE_DOWNLOAD_CANCELLED);
    assertThat(calls).hasValue(1);
  }

  @Test
  @Tag("R16")
  void stage_failedOnce_sameJobTriesAgain() {
    AtomicInteger calls = new AtomicInteger();
    device.stager =
        (request, listener) -> {
          if (calls.incrementAndGet() == 1) {
            throw new IllegalStateException("token=abcdef is not accepted");
          }
          return staged(request);
        };
    device.start();
    device.engine.stage("job", TestDevice.ID, v("1.1.0"), TARGET);
    await().atMost(TestDevice.LONG).until(() -> device.reports.staged.size() == 1);
    assertThat(device.reports.staged.get(0).error().code())
        .isEqualTo(ErrorCode.ERROR_CODE_INTERNAL);
    assertThat(device.reports.staged.get(0).error()).hasMessageNotContaining("abcdef");

    device.engine.stage("job", TestDevice.ID, v("1.1.0"), TARGET);
    await().atMost(TestDevice.LONG).until(() -> device.reports.staged.size() == 2);
    assertThat(device.reports.staged.get(1).error()).isNull();
  }

  @Test
  @Tag("R127")
  @Tag("R97")
  void close_whileDownloading_promptAndGoesOnAtNextStart() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    device.stager =
        (request, listener) -> {
          if (calls.incrementAndGet() > 1) {
            return staged(request);
          }
          await().atMost(TestDevice.LONG).until(listener::cancelled);
          throw new IllegalStateException("cancelled");
        };
    device.start();
    device.engine.stage("job", TestDevice.ID, v("1.1.0"), TARGET);
    await().atMost(TestDevice.LONG).until(() -> calls.get() == 1);
    long began = System.nanoTime();
    device.stop(true);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(TestDevice.LONG);
    assertThat(device.reports.staged).isEmpty();

    device.start();
    await().atMost(TestDevice.LONG).until(() -> device.reports.staged.size() == 1);
    assertThat(device.reports.staged.get(0).error()).isNull();
    assertThat(calls).hasValue(2);
  }
}
