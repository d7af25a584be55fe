package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.files.FileTrees;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of old backups and slots, where that is more or less than the settings' number. */
class RetentionTest {
  @TempDir Path folder;
  private TestDevice device;

  @BeforeEach
  void prepare() {
    device = new TestDevice(folder);
    device.maxBackups = 1;
  }

  @AfterEach
  void stop() {
    device.close();
  }

  private List<String> names(Path where) throws IOException {
    try (Stream<Path> children = Files.list(where)) {
      return children
          .map(child -> child.getFileName().toString().replaceAll("_\\d{8}_\\d{6}$", ""))
          .sorted()
          .toList();
    }
  }

  private void awaitBackups(String... names) {
    await()
        .atMost(TestDevice.LONG)
        .untilAsserted(
            () -> assertThat(names(device.backups.resolve(TestDevice.ID))).containsExactly(names));
  }

  @Test
  @Tag("R83")
  void installFails_backupOfThePreviousVersionIsOlderThanItsOwn_isTheOneThatStays()
      throws IOException {
    device.start();
    device.installed("1.0.0");
    device.installed("1.1.0");
    Releases.stage(device.home(), TestDevice.ID, "1.2.0", Releases.CRASHING, null);

    assertThat(device.installAndWait("bad", "1.2.0").outcome()).isEqualTo(Outcome.REVERTED);

    awaitBackups("backup_1.0.0");
    device.installed("1.3.0");
    awaitBackups("backup_1.1.0");
  }

  @Test
  @Tag("R83")
  @Tag("R100")
  void reverts_failedTwice_bothBackupsStayUntilAnInstallIsCommitted() throws IOException {
    Path sick = device.home().getParent().resolve("sick");
    device.healthCommand = List.of("/bin/sh", "-c", "test ! -e " + sick);
    device.start();
    device.installed("1.0.0");
    // From now on no version is healthy, the old one neither.
    Files.createFile(sick);
    for (String version : List.of("1.1.0", "1.2.0")) {
      device.stageGood(version);
      assertThat(device.installAndWait("bad-" + version, version).outcome())
          .isEqualTo(Outcome.REVERT_FAILED);
    }
    device.stop(true);
    Files.delete(sick);
    Path left = device.backups.resolve(TestDevice.ID).resolve(".partial-of-an-interruption");
    Files.createDirectory(left);
    device.start();
    await().atMost(TestDevice.LONG).until(() -> !Files.exists(left));
    device.stop(true);
    assertThat(names(device.backups.resolve(TestDevice.ID)))
        .as("all was tidied up but these")
        .containsExactly("backup_1.0.0", "backup_1.0.0");

    device.start();
    device.installed("1.3.0");
    device.installed("1.4.0");
    awaitBackups("backup_1.3.0");
  }

  /** As the installation script leaves it: no manifest says what should be in the first slot. */
  @Test
  @Tag("R98")
  void installs_firstSlotCameWithoutAManifest_goesLikeAnyOtherWhenItIsNotPreviousAnyMore()
      throws IOException {
    device.stageGood("1.0.0");
    FileTrees.delete(device.home().resolve("manifests"));
    FileTrees.delete(device.home().resolve("descriptions"));
    Files.createSymbolicLink(device.home().resolve("current"), Path.of("releases/1.0.0"));
    Files.createDirectories(device.home().resolve("data"));
    device.start();
    device.assertRuns("1.0.0");

    device.installed("1.1.0");
    Path releases = device.home().resolve("releases");
    device.stop(true);
    assertThat(names(releases)).as("it is the previous one").containsExactly("1.0.0", "1.1.0");
    device.start();
    Releases.stage(device.home(), TestDevice.ID, "1.2.0", Releases.CRASHING, "#!/bin/sh\n");
    assertThat(device.installAndWait("bad", "1.2.0").outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(Files.readSymbolicLink(device.home().resolve("previous")))
        .as("it is the previous one again")
        .isEqualTo(Path.of("releases/1.0.0"));
    device.installed("1.3.0");

    await()
        .atMost(TestDevice.LONG)
        .untilAsserted(() -> assertThat(names(releases)).containsExactly("1.1.0", "1.3.0"));
  }
}
