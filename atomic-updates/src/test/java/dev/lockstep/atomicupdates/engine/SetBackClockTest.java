package dev.lockstep.atomicupdates.engine;

import static dev.lockstep.atomicupdates.engine.Releases.v;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.DeviceUpdates.RevertOrder;
import dev.lockstep.atomicupdates.domain.DataOnRevert;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device without a battery for its clock: after a restart it is nine days earlier than before.
 * What came last is what the journal has last.
 */
class SetBackClockTest {
  private static final Instant FIRST = Instant.parse("2026-05-10T12:00:00Z");
  private static final Instant THEN = Instant.parse("2026-05-01T12:00:00Z");
  @TempDir Path folder;
  private TestDevice device;

  @BeforeEach
  void prepare() {
    device = new TestDevice(folder);
    device.now = FIRST;
  }

  @AfterEach
  void stop() {
    device.close();
  }

  private void setBack() {
    device.stop(true);
    device.now = THEN;
    device.start();
  }

  private List<String> backups() throws IOException {
    try (Stream<Path> children = Files.list(device.backups.resolve(TestDevice.ID))) {
      return children
          .map(
              child ->
                  child.getFileName().toString().substring(0, "backup_1.0.0_20260510".length()))
          .sorted()
          .toList();
    }
  }

  @Test
  @Tag("R83")
  void installs_moreThanMaxBackups_thoseThatWereMadeFirstGo() throws IOException {
    device.maxBackups = 2;
    device.start();
    device.installed("1.0.0");
    device.installed("1.1.0");
    device.installed("1.2.0");
    setBack();
    device.installed("1.3.0");
    device.installed("1.4.0");

    await()
        .atMost(TestDevice.LONG)
        .untilAsserted(
            () ->
                assertThat(backups())
                    .containsExactly("backup_1.2.0_20260501", "backup_1.3.0_20260501"));
  }

  @Test
  @Tag("R91")
  void revert_withData_bringsThoseOfTheChangeThatCameLast() throws IOException {
    device.start();
    device.installed("1.0.0");
    Files.writeString(device.data("precious"), "of the first time");
    device.installed("1.1.0");
    assertThat(device.installAndWait("down", "1.0.0").outcome()).isEqualTo(Outcome.COMMITTED);
    setBack();
    Files.writeString(device.data("precious"), "of the second time");
    assertThat(device.installAndWait("up", "1.1.0").outcome()).isEqualTo(Outcome.COMMITTED);

    device.engine.revert(
        new RevertOrder("back", TestDevice.ID, null, DataOnRevert.restoring(""), false, "anna"));

    assertThat(device.result("back").outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(device.active()).isEqualTo("1.0.0");
    assertThat(device.data("precious")).hasContent("of the second time");
  }

  @Test
  @Tag("R91")
  void revert_toAVersionOfLongAgoWithData_bringsItsLastBackup() throws IOException {
    device.maxBackups = 10;
    device.start();
    device.installed("1.0.0");
    Files.writeString(device.data("precious"), "of the first time");
    device.installed("1.1.0");
    assertThat(device.installAndWait("down", "1.0.0").outcome()).isEqualTo(Outcome.COMMITTED);
    setBack();
    Files.writeString(device.data("precious"), "of the second time");
    device.installed("1.2.0");
    device.installed("1.3.0");
    Path slot = device.home().resolve("releases/1.0.0");
    await().atMost(TestDevice.LONG).until(() -> !Files.exists(slot));
    device.stageGood("1.0.0");

    device.engine.revert(
        new RevertOrder(
            "back", TestDevice.ID, v("1.0.0"), DataOnRevert.restoring(""), false, "anna"));

    assertThat(device.result("back").outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(device.data("precious")).hasContent("of the second time");
  }

  @Test
  @Tag("R97")
  void start_aFailedRevertHasALaterTimeThanTheInstallAfterIt_whatWasInstalledRuns()
      throws IOException {
    device.start();
    // It runs once, and never again.
    Releases.stage(
        device.home(),
        TestDevice.ID,
        "1.0.0",
        "#!/bin/sh\ntest -e ../../once && exit 5\ntouch ../../once\n"
            + Releases.GOOD.substring(Releases.GOOD.indexOf('\n') + 1),
        null);
    device.installAndWait("first", "1.0.0");
    Releases.stage(device.home(), TestDevice.ID, "1.1.0", Releases.CRASHING, null);
    assertThat(device.installAndWait("bad", "1.1.0").outcome()).isEqualTo(Outcome.REVERT_FAILED);
    setBack();
    device.stageGood("1.1.0");
    assertThat(device.installAndWait("good", "1.1.0").outcome()).isEqualTo(Outcome.COMMITTED);

    device.stop(true);
    device.start();

    device.assertRuns("1.1.0");
  }
}
