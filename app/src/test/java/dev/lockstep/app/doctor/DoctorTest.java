package dev.lockstep.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.app.doctor.Finding.Result;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.InstallState;
import dev.lockstep.atomicupdates.journal.Database;
import dev.lockstep.atomicupdates.journal.InstallJournal;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.rehearsal.Scratch;
import dev.lockstep.bus.zeromq.Certificate;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One thing of a device is spoilt, and the doctor says which and what to do. */
@Tag("R163")
class DoctorTest {
  @TempDir Path folder;
  private ExaminedDevice device;

  @BeforeEach
  void soundDevice() throws IOException {
    device = new ExaminedDevice(folder);
  }

  @Test
  void examine_soundHubBeforeItsFirstStart_changesNothing() throws Exception {
    device.writeSettings();
    List<String> before = device.everything();

    List<Finding> found = device.examinedAsItIs(false);

    assertThat(found)
        .filteredOn(one -> one.result() == Result.OK)
        .extracting(Finding::check)
        .containsExactly(
            "java",
            "settings",
            "state",
            "releases",
            "backups",
            "space",
            "keys",
            "clock",
            "privileges",
            "journal");
    assertThat(device.everything()).isEqualTo(before);
  }

  @Test
  void settings_garbage_areTheOnlyThingThatIsSaid() throws Exception {
    Files.writeString(device.settings(), "device: [a, {b: }");

    assertThat(device.examinedAsItIs(true))
        .extracting(one -> one.check() + " " + one.result())
        .containsExactly("java OK", "settings FAILED");
  }

  @Test
  void settings_wrongValue_areNamedWithWhatIsAllowed() throws Exception {
    device.update = ", max_backups: many";

    assertThat(device.about("settings"))
        .startsWith("FAILED cannot use update.max_backups")
        .contains("-> write ");
  }

  @Test
  void settings_thatOthersMayChange_fail() throws Exception {
    device.writeSettings();
    device.mode(device.settings(), "rw-rw-r--");

    assertThat(ExaminedDevice.about("settings", device.examinedAsItIs(false)))
        .startsWith("FAILED cannot rely on")
        .endsWith("chmod go-w " + device.settings());
  }

  @ParameterizedTest
  @CsvSource({
    "state, rwxrwxrwx, FAILED, chmod 700",
    "state, rwxr-x---, WARNING, chmod 700",
    "components, rwxrwx---, FAILED, chmod go-w",
    "components, rwxr-xr-x, OK, ''"
  })
  void folders_withRightsOfOthers_areFound(String name, String mode, String result, String remedy)
      throws Exception {
    device.mode(folder.resolve(name), mode);

    assertThat(device.about(name.equals("state") ? "state" : "releases"))
        .startsWith(result)
        .contains(remedy);
  }

  @Test
  void folders_withAFileInTheirPlace_fail() throws Exception {
    Files.delete(device.state);
    Files.writeString(device.state, "");

    assertThat(device.about("state")).startsWith("FAILED cannot make").contains("it is no folder");
  }

  @Test
  void folders_withFilesOfSomebodyElse_fail() throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root"),
        "to give a file to somebody else needs its right: run as root");
    Path file = Files.writeString(device.state.resolve("versions.db"), "");
    Files.setOwner(
        file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));

    assertThat(device.about("state")).startsWith("FAILED").contains("versions.db", "chown -R");
    Files.setOwner(device.state, Files.getOwner(file));
    assertThat(ExaminedDevice.about("rehearsal", device.examinedAsItIs(true)))
        .startsWith("WARNING not done")
        .contains("sudo -u nobody lockstep doctor");
    assertThat(device.state.resolve(Scratch.NAME)).doesNotExist();
  }

  @Test
  void releases_activeLinkWithoutItsSlot_fails() throws Exception {
    Path home = Files.createDirectory(device.root.resolve("backend"));
    Files.createSymbolicLink(home.resolve("current"), Path.of("releases/1.0.0"));

    assertThat(device.about("releases"))
        .startsWith("FAILED cannot rely on backend 1.0.0")
        .contains("lockstep install backend@VERSION");
  }

  @Test
  void backups_thatOthersMayRead_fail() throws Exception {
    Path backups = Files.createDirectories(device.state.resolve("backups/backend"));
    device.mode(backups, "rwxr-xr-x");
    assertThat(device.about("backups")).startsWith("FAILED").endsWith("chmod 700 " + backups);

    device.mode(backups, "rwx------");
    Files.createDirectory(backups.resolve("backup_1.0.0_20261121_120000"));
    assertThat(device.about("backups")).startsWith("WARNING cannot use a backup of backend");
  }

  @Test
  void space_lessThanTheSettingsMayTake_fails() throws Exception {
    device.more = "lan_cache: {listen: \"127.0.0.1:0\", max_megabytes: 1048576}";
    assumeTrue(
        Files.getFileStore(folder).getUsableSpace() < 1L << 40,
        "this disk has more room than a cache can be told to take");

    assertThat(device.about("space")).startsWith("FAILED cannot update").contains("make room");
  }

  @Test
  void keys_thatOthersMayRead_fail() throws Exception {
    device.mode(device.keys.resolve("own.key_secret"), "rw-r-----");

    assertThat(device.about("keys")).startsWith("FAILED").contains("chmod 600");
  }

  @Test
  void keys_missing_fail() throws Exception {
    Files.delete(device.keys.resolve("broker.key"));

    assertThat(device.about("keys")).startsWith("FAILED").contains("it does not exist");
  }

  @Test
  void keys_halvesThatDoNotBelongTogether_fail() throws Exception {
    Certificate one = Certificate.read(device.keys.resolve("own.key_secret"));
    Certificate other = Certificate.generate("other", Role.HUB);
    new Certificate(one.publicKey(), other.secretKey(), one.metadata()).write(device.keys, "own");
    Certificate broker = Certificate.generate("broker", Role.HUB);
    broker.publicOnly().write(device.keys, "broker");

    assertThat(device.about("keys"))
        .startsWith("FAILED")
        .contains("its two halves do not belong together", "it is not the public half of");
  }

  @Test
  void keys_thatTheHubDoesNotLetIn_fail() throws Exception {
    Files.delete(device.authorized.resolve("hub.key"));
    Certificate.generate("kiosk-1", Role.DEVICE).publicOnly().write(device.authorized, "kiosk-1");
    device.mode(device.authorized, "rwxrwxrwx");

    assertThat(device.about("keys"))
        .startsWith("FAILED")
        .contains("its key is not in", "others may add keys");
  }

  @Test
  void keys_ofAnotherDevice_fail() throws Exception {
    Certificate other = Certificate.generate("kiosk-7", Role.DEVICE);
    other.write(device.keys, "own");
    device.hub = false;

    assertThat(device.about("keys"))
        .startsWith("FAILED cannot speak for hub")
        .contains("kiosk-7", "lockstep keygen hub --role device");
  }

  @Test
  void privileges_ofUnits_areWantedWhereAComponentIsOne() throws Exception {
    device.process = "{control: systemd, unit: backend.service}";

    assertThat(device.about("privileges"))
        .startsWith("FAILED cannot start or stop backend.service")
        .contains("--unit backend.service", "lockstep-privileged");
  }

  @Test
  void privileges_thatNobodyNeeds_areNamed() throws Exception {
    Path etc = Files.createDirectories(device.system.resolve("etc/lockstep"));
    Files.writeString(etc.resolve("units"), "# ours\nssh.service\n");
    Files.writeString(etc.resolve("packages"), "openssl\n");

    assertThat(device.about("privileges")).startsWith("WARNING").contains("ssh.service");

    Files.delete(etc.resolve("units"));
    assertThat(device.about("privileges")).startsWith("OK").contains("openssl", "@ only");
    Files.delete(etc.resolve("packages"));
    Path run = Files.createDirectories(device.system.resolve("run/lockstep"));
    Files.writeString(run.resolve("helper.sock"), "");
    assertThat(device.about("privileges")).startsWith("WARNING").contains("nothing needs it");
  }

  @Test
  void privileges_ofUnitsByTheHelper_needTheHelperAndNoPackages() throws Exception {
    device.process = "{control: systemd, unit: backend.service}";
    Path etc = Files.createDirectories(device.system.resolve("etc/lockstep"));
    Files.writeString(etc.resolve("units"), "backend.service\n");
    device.writeSettings();
    Files.writeString(
        device.settings(),
        Files.readString(device.settings())
            .replace("state: state}", "state: state, privileges: helper}"));

    assertThat(ExaminedDevice.about("privileges", device.examinedAsItIs(false)))
        .startsWith("FAILED cannot start or stop units: the root helper does not listen");

    Path run = Files.createDirectories(device.system.resolve("run/lockstep"));
    Files.writeString(run.resolve("helper.sock"), "");
    assertThat(ExaminedDevice.about("privileges", device.examinedAsItIs(false)))
        .startsWith("OK may start and stop backend.service");
  }

  @Test
  @Tag("R95")
  void privileges_ofPackages_needTheHelperAndEachOfThemAllowed() throws Exception {
    device.process = "{control: external}\n    kind: packages\n    packages: [openssl, libc6]";
    Path etc = Files.createDirectories(device.system.resolve("etc/lockstep"));
    Files.writeString(etc.resolve("packages"), "openssl\n");

    assertThat(device.about("privileges"))
        .startsWith("FAILED cannot upgrade packages: the root helper does not listen")
        .contains("systemctl enable --now lockstep-helper.socket");

    Path run = Files.createDirectories(device.system.resolve("run/lockstep"));
    Files.writeString(run.resolve("helper.sock"), "");
    assertThat(device.about("privileges")).startsWith("FAILED cannot upgrade libc6: not in");

    Files.writeString(etc.resolve("packages"), "openssl\nlibc6\n");
    assertThat(device.about("privileges")).startsWith("OK").contains("libc6, openssl");
  }

  @Test
  void privileges_polkitRuleWithoutTheUnit_fails() throws Exception {
    device.process = "{control: systemd, unit: backend.service}";
    device.more = "";
    Path etc = Files.createDirectories(device.system.resolve("etc/lockstep"));
    Files.writeString(etc.resolve("units"), "backend.service\n");
    Path rules = Files.createDirectories(device.system.resolve("etc/polkit-1/rules.d"));
    Files.writeString(rules.resolve("50-lockstep.rules"), "var units = [\"other.service\"];");
    device.writeSettings();
    Files.writeString(
        device.settings(),
        Files.readString(device.settings())
            .replace("state: state}", "state: state, privileges: polkit}"));

    assertThat(ExaminedDevice.about("privileges", device.examinedAsItIs(false)))
        .startsWith("FAILED")
        .contains("does not name it");
  }

  @Test
  void journal_installThatNeedsAPerson_fails() throws Exception {
    save(InstallState.REVERT_FAILED);
    assertThat(device.about("journal"))
        .startsWith("FAILED cannot go on with backend 1.1.0")
        .contains("the disk said no", "lockstep logs job-1");

    save(InstallState.INSTALLING);
    assertThat(device.about("journal")).startsWith("WARNING 1 job not ended");

    save(InstallState.REVERTED);
    assertThat(device.about("journal")).startsWith("WARNING backend 1.1.0 was reverted");

    save(InstallState.COMMITTED);
    assertThat(device.about("journal")).startsWith("OK 1 job, none needs a person");
  }

  private void save(InstallState state) {
    try (Database database = Database.open(device.state.resolve("atomic.db"), FaultPoints.NONE)) {
      Instant now = Instant.parse("2026-11-21T12:00:00Z");
      new InstallJournal(database)
          .save(
              new Install(
                  new Install.Key("job-1", "backend"),
                  new Install.Order(Install.Method.UPDATE, "tester", ""),
                  new Install.Versions(
                      ReleaseVersion.parse("1.0.0"), ReleaseVersion.parse("1.1.0"), null),
                  new Install.Position(state, null, null, 0),
                  new Install.Backups(null, null),
                  new Install.Times(now, now, now, null, null, state.finished() ? now : null),
                  Failure.forOperator(
                      ErrorCode.ERROR_CODE_REVERT_FAILED, "cannot go back: the disk said no"),
                  0,
                  true));
    }
  }

  @Test
  void journal_damagedOneThatWasSetAside_isNamed() throws Exception {
    Files.writeString(device.state.resolve("atomic.db.damaged-1"), "");

    assertThat(device.about("journal")).startsWith("WARNING a damaged journal was set aside");
  }

  @Test
  void rehearsal_whereItsFolderCannotBeMade_failsAndTheRestIsSaid() throws Exception {
    device.writeSettings();
    Files.writeString(device.root.resolve(Scratch.NAME), "in the way");

    List<Finding> found = device.examinedAsItIs(true);

    assertThat(ExaminedDevice.about("rehearsal", found)).startsWith("FAILED cannot make folders");
    assertThat(ExaminedDevice.about("journal", found)).startsWith("OK");
    assertThat(device.state.resolve(Scratch.NAME)).doesNotExist();
  }
}
