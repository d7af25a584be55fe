package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.InstallState;
import dev.lockstep.atomicupdates.domain.InstallStep;
import dev.lockstep.atomicupdates.journal.JournalReader;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A newer release of Lockstep wrote the journal, and the device went back to this one. */
@Tag("R135")
class NewerReleaseTest {
  @TempDir Path folder;
  private TestDevice device;

  @BeforeEach
  void oneVersionIsInstalled() throws IOException {
    device = new TestDevice(folder).start();
    assertThat(device.installed("1.0.0").outcome()).isEqualTo(Outcome.COMMITTED);
    device.assertRuns("1.0.0");
    device.stop(true);
    device.reports = new RecordingReports();
  }

  @AfterEach
  void close() {
    device.close();
  }

  private void written(String change) {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + device.state.resolve("atomic.db"));
        Statement statement = connection.createStatement()) {
      // The row is counted anew by a trigger, which SQLite's driver counts as well.
      assertThat(statement.executeUpdate("UPDATE install SET " + change)).isPositive();
    } catch (SQLException failed) {
      throw new AssertionError(failed);
    }
  }

  private Install row() {
    return JournalReader.installs(device.state.resolve("atomic.db")).stream()
        .filter(install -> install.key().jobId().equals("job-1.0.0"))
        .findFirst()
        .orElseThrow();
  }

  private void personIsAskedThenInstalls() throws IOException {
    device.start();
    assertThat(device.result("job-1.0.0"))
        .satisfies(
            end -> {
              assertThat(end.outcome()).isEqualTo(Outcome.REVERT_FAILED);
              assertThat(end.error().code()).isEqualTo(ErrorCode.ERROR_CODE_JOURNAL);
              assertThat(end.error().category()).isEqualTo(ErrorCategory.ERROR_CATEGORY_OPERATOR);
            });
    assertThat(device.runners()).isEmpty();
    device.stop(true);
    device.reports = new RecordingReports();
    device.start();
    assertThat(device.reports.results).as("it is told once").isEmpty();
    assertThat(device.runners()).isEmpty();
    assertThat(device.installed("1.1.0").outcome()).isEqualTo(Outcome.COMMITTED);
    device.assertRuns("1.1.0");
  }

  @Test
  @Tag("R100")
  void start_installIsInAStateOfANewerRelease_aPersonDecidesAndNothingRuns() throws IOException {
    written("state = 'SOAKING', told = 1, finished_at = NULL");
    assertThat(row().state()).isEqualTo(InstallState.REVERT_FAILED);
    assertThat(row().failure().message()).contains("SOAKING", "job-1.0.0");
    personIsAskedThenInstalls();
  }

  @Test
  void start_installIsAtAStepOfANewerRelease_aPersonDecidesAndNothingRuns() throws IOException {
    written("state = 'INSTALLING', step = 'WARM_UP', finished_at = NULL");
    personIsAskedThenInstalls();
  }

  /** The version before would be wrong as well: the data may be those of the new one. */
  @Test
  void start_stateOfANewerReleaseFromTheActiveVersion_nothingRuns() throws IOException {
    written("state = 'SOAKING', from_version = '1.0.0', to_version = '1.1.0', told = 1");
    personIsAskedThenInstalls();
  }

  @Test
  void start_downloadInAStateOfANewerRelease_changedNothingAndIsAskedForAgain() throws IOException {
    written("state = 'QUEUED', asked_at = NULL, finished_at = NULL, told = 1, step = NULL");
    device.start();
    assertThat(row().state()).isEqualTo(InstallState.FAILED);
    assertThat(row().failure().category()).isEqualTo(ErrorCategory.ERROR_CATEGORY_RETRY);
    device.assertRuns("1.0.0");
  }

  @Test
  void start_whatEndedHasWordsOfANewerRelease_runsAsBefore() throws IOException {
    written(
        "method = 'REPAIR', reached = 'WARM_UP', error_code = 'ERROR_CODE_NEW',"
            + " error_category = 'ERROR_CATEGORY_NEW', error_message = 'cannot x: y; do z'");
    device.start();
    device.assertRuns("1.0.0");
    assertThat(row().state()).isEqualTo(InstallState.COMMITTED);
    assertThat(row().position().reached()).isEqualTo(InstallStep.LAST);
    assertThat(row().order().method()).isEqualTo(Install.Method.FRESH);
    assertThat(row().failure().code()).isEqualTo(ErrorCode.ERROR_CODE_JOURNAL);
    assertThat(row().failure().category()).isEqualTo(ErrorCategory.ERROR_CATEGORY_OPERATOR);
    assertThat(row().failure().message())
        .isEqualTo("cannot x: y; do z (ERROR_CODE_NEW, a code of another release)");
    assertThat(device.installed("1.1.0").outcome()).isEqualTo(Outcome.COMMITTED);
  }

  /** Another row of the component must not hide that this one is missing. */
  @Test
  void start_rowOfAnInstallThatWasGoingOnCannotBeRead_aPersonDecides() throws IOException {
    Path note = device.state.resolve("installing/backend");
    Files.createDirectories(note.getParent());
    Files.write(
        note, "job-lost\nfrom 1.0.0\nto 1.1.0\nbackup b\n".getBytes(StandardCharsets.UTF_8));
    device.start();
    await()
        .atMost(TestDevice.LONG)
        .untilAsserted(
            () ->
                assertThat(device.reports.results)
                    .singleElement()
                    .satisfies(
                        end -> {
                          assertThat(end.outcome()).isEqualTo(Outcome.REVERT_FAILED);
                          assertThat(end.error()).hasMessageContaining("job-lost");
                        }));
    assertThat(device.runners()).isEmpty();
    assertThat(device.installed("1.1.0").outcome()).isEqualTo(Outcome.COMMITTED);
  }

  @Test
  void start_rowWhoseVersionCannotBeRead_keepsNothingFromStarting() throws IOException {
    written("to_version = 'newest', previous = 'older'");
    device.start();
    device.assertRuns("1.0.0");
    assertThat(device.installed("1.1.0").outcome()).isEqualTo(Outcome.COMMITTED);
  }
}
