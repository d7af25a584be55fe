package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.atomicupdates.process.LivingProcesses;
import dev.lockstep.protocol.v1.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A migration that never ends, or is ended by somebody else, while it and its children write. */
class MigrationTest {
  /** Two children spoil the data for ever, one of them in a session of its own. */
  private static final String SPOILING =
      """
      #!/bin/sh
      spoil='echo $$ >>../../pids; while :; do echo spoiled >../../data/precious; sleep 0.02; done'
      setsid sh -c "$spoil" &
      sh -c "$spoil" &
      rm ../../data/owner
      echo "half of it is done, secret=abc"
      while [ "$(wc -l <../../pids)" != 2 ]; do sleep 0.02; done
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"sleep 60, did not end within", "kill -9 $$, ended with exit 137"})
  @Tag("R93")
  @Tag("R90")
  void install_migrationDoesNotEndOrIsKilled_dataComeBackAndNothingWritesToThem(
      String how, String told) throws Exception {
    try (TestDevice device = new TestDevice(folder)) {
      device.migrate = List.of("./migrate.sh");
      device.migrateDeadline = Duration.ofMillis(1500);
      device.start();
      Releases.stage(device.home(), TestDevice.ID, "1.0.0", Releases.GOOD, "#!/bin/sh\n");
      device.installAndWait("first", "1.0.0");
      Files.writeString(device.data("precious"), "kept");
      Releases.stage(device.home(), TestDevice.ID, "1.1.0", Releases.GOOD, SPOILING + how + "\n");

      InstallResult result = device.installAndWait("job", "1.1.0");

      assertThat(result.outcome()).isEqualTo(Outcome.REVERTED);
      assertThat(result.error().code()).isEqualTo(ErrorCode.ERROR_CODE_MIGRATE_FAILED);
      assertThat(result.error())
          .hasMessageContainingAll("./migrate.sh", told, "half of it is done, secret=***");
      List<String> children = Files.readAllLines(device.home().resolve("pids"));
      assertThat(children).hasSize(2);
      assertThat(children).noneMatch(pid -> LivingProcesses.lives(Long.parseLong(pid)));
      assertThat(device.data("precious")).hasContent("kept");
      device.assertRuns("1.0.0");
    }
  }
}
