package dev.lockstep.atomicupdates.engine;

import static dev.lockstep.atomicupdates.engine.Releases.v;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.DeviceUpdates.JobStatus;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Staged releases that nobody is going to install wait no longer, and lose nothing by it. */
class WaitingInstallsTest {
  @TempDir Path folder;
  private TestDevice device;

  @BeforeEach
  void prepare() {
    device = new TestDevice(folder);
    device.stager = (request, listener) -> staged(request);
  }

  @AfterEach
  void stop() {
    device.close();
  }

  private Stager.Staged staged(Stager.Request request) {
    try {
      device.stageGood(request.version().toString());
      return new Stager.Staged(
          Releases.description(TestDevice.ID, request.version().toString()), 10);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void stage(String job, String version) {
    device.engine.stage(job, TestDevice.ID, v(version), "");
  }

  private JobStatus job(String job) {
    return device.engine.jobs().stream()
        .filter(known -> known.jobId().equals(job))
        .findFirst()
        .orElseThrow();
  }

  private void awaitState(String job, String state) {
    await()
        .atMost(TestDevice.LONG)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(job(job).state()).isEqualTo(state));
  }

  @Test
  @Tag("R135")
  void deploymentEnded_releaseIsStaged_jobIsFinishedAndANewOneInstallsItWithoutTheNetwork()
      throws IOException {
    device.start();
    device.installed("1.0.0");
    stage("failed", "1.1.0");
    awaitState("failed", "STAGED");

    device.engine.deploymentEnded("failed");
    awaitState("failed", "FAILED");

    assertThat(job("failed").finished()).isTrue();
    assertThat(job("failed").finishedAt()).isNotNull();
    assertThat(job("failed").error().code()).isEqualTo(ErrorCode.ERROR_CODE_DEPLOYMENT_ENDED);
    assertThat(device.reports.staged)
        .as("that it was staged is told once, and no failure of it")
        .hasSize(1)
        .allMatch(told -> told.error() == null);

    device.stop(false);
    device.stager =
        (request, listener) -> {
          throw new AssertionError("nothing is to be fetched");
        };
    device.start();
    assertThat(job("failed").finished()).isTrue();
    assertThat(device.reports.staged).hasSize(1);
    assertThat(device.installAndWait("new", "1.1.0").outcome()).isEqualTo(Outcome.COMMITTED);
    device.assertRuns("1.1.0");
  }

  @Test
  void deploymentEnded_whileItIsStillDownloaded_doesNotWaitAfterwards() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    device.stager =
        (request, listener) -> {
          begun.countDown();
          await().atMost(TestDevice.LONG).until(() -> goOn.getCount() == 0);
          return staged(request);
        };
    device.start();
    stage("job", "1.0.0");
    begun.await();

    device.engine.deploymentEnded("job");
    device.engine.deploymentEnded("nobody's");
    goOn.countDown();

    awaitState("job", "FAILED");
    assertThat(job("job").error().code()).isEqualTo(ErrorCode.ERROR_CODE_DEPLOYMENT_ENDED);
    assertThat(device.home().resolve("releases/1.0.0")).isDirectory();
  }

  @Test
  void stage_newerJobOfTheComponent_olderOneWaitsNoLongerButMayBeAskedForAgain()
      throws IOException {
    device.start();
    stage("older", "1.0.0");
    awaitState("older", "STAGED");
    stage("newer", "1.1.0");
    awaitState("newer", "STAGED");

    awaitState("older", "FAILED");
    stage("older", "1.0.0");
    awaitState("older", "STAGED");
    assertThat(job("newer").state()).isEqualTo("STAGED");
    assertThat(device.installAndWait("older", "1.0.0").outcome()).isEqualTo(Outcome.COMMITTED);
  }

  @Test
  void start_waitedTooLong_isFinished() {
    device.start();
    stage("forgotten", "1.0.0");
    awaitState("forgotten", "STAGED");
    device.stop(true);

    device.now = Instant.now().plus(WaitingInstalls.LONGEST_WAIT).plusSeconds(60);
    device.start();

    assertThat(job("forgotten").finished()).isTrue();
    assertThat(job("forgotten").error()).hasMessageContaining("7 days");
  }
}
