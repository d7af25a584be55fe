package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that really ends in the middle of an install, and another that goes on. */
class KillTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "journal.install.PREPARING.after",
        "quiesce.stop",
        "APPLY.QUIESCE.after",
        "backup.copied",
        "link.current.prepared",
        "link.current.switched",
        "APPLY.START.after",
        "APPLY.VERIFY.before",
        "journal.install.COMMITTED.before",
        "journal.install.COMMITTED.after"
      })
  @Tag("R87")
  @Tag("R97")
  @Tag("R175")
  void install_processEndsAtPoint_nextOneFinishesIt(String point) throws Exception {
    try (TestDevice device = new TestDevice(folder)) {
      device.start();
      device.installed("1.0.0");
      Files.writeString(device.data("precious"), "kept");
      device.stageGood("1.1.0");
      // The component stays up, as it does when Lockstep alone is killed.
      device.stop(false);

      Process doomed =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  DoomedProcess.class.getName(),
                  folder.toString(),
                  point)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("doomed.log").toFile())
              .start();
      assertThat(doomed.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(doomed.exitValue())
          .as(Files.readString(folder.resolve("doomed.log")))
          .isEqualTo(DoomedProcess.HALTED);

      device.faults = FaultPoints.NONE;
      device.reports = new RecordingReports();
      device.start();
      device.install("job", "1.1.0");
      assertThat(device.result("job").outcome()).isEqualTo(Outcome.COMMITTED);
      device.assertRuns("1.1.0");
      assertThat(device.data("precious")).hasContent("kept");
    }
  }
}
