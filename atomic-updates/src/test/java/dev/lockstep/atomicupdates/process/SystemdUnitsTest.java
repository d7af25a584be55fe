package dev.lockstep.atomicupdates.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.port.ProcessControl.Life;
import dev.lockstep.atomicupdates.process.UnitCommands.Verb;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.DeviceSettings.Privileges;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Units of systemd, started and stopped through the shipped privileged command. */
class SystemdUnitsTest {
  private static final String ID = "backend";
  private static final String UNIT = "app-backend.service";
  private static final ReleaseVersion V1 = ReleaseVersion.parse("1.0.0");
  private static final ReleaseVersion V2 = ReleaseVersion.parse("2.0.0");

  @TempDir Path folder;
  private FakeSystem system;

  @BeforeEach
  void prepare() throws IOException {
    system = new FakeSystem(Files.createDirectory(folder.resolve("system")), "other.service", UNIT);
    Files.createDirectories(folder.resolve("root").resolve(ID));
    link(V1);
  }

  @AfterEach
  void end() throws IOException {
    system.close();
  }

  private void link(ReleaseVersion version) throws IOException {
    Path link = folder.resolve("root").resolve(ID).resolve("current");
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, Path.of("releases/" + version));
  }

  private SystemdUnits units(Privileges privileges) {
    ComponentSettings settings =
        new ComponentSettings(
            ID,
            ComponentSettings.Role.BACKEND,
            ComponentSettings.Announce.UPDATER,
            new ComponentSettings.ProcessSettings(
                ComponentSettings.Control.SYSTEMD,
                List.of(),
                Map.of(),
                Duration.ofSeconds(1),
                Optional.of(UNIT)),
            null,
            List.of(),
            List.of(),
            Duration.ZERO,
            Optional.empty());
    return new SystemdUnits(
        folder.resolve("root"),
        folder.resolve("state"),
        Map.of(ID, settings),
        new UnitCommands(
            privileges, system.prefix(), new PrivilegedSocket(folder.resolve("socket"))),
        Clock.systemUTC());
  }

  /** Does as the root helper does with the unit that it was asked about. */
  private List<String> asHelper(String request) {
    try {
      List<String> words = new ArrayList<>(system.prefix());
      words.addAll(List.of("systemctl", "--no-ask-password"));
      words.addAll(List.of(request.split(" ")));
      CommandRun.Result result = CommandRun.run(new ProcessBuilder(words), Duration.ofSeconds(60));
      return List.of("end " + (result.trouble().isEmpty() ? 0 : 1));
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }

  @ParameterizedTest
  @EnumSource(Privileges.class)
  @Tag("R101")
  @Tag("R102")
  void startAndStop_allowedUnit_runsItsOwnCommandOnce(Privileges privileges) throws IOException {
    SystemdUnits units = units(privileges);
    try (FakeHelper helper = new FakeHelper(folder.resolve("socket"), this::asHelper)) {
      units.start(ID, V1);
      units.start(ID, V1);
      assertThat(units.status(ID).life()).isEqualTo(Life.RUNNING);
      assertThat(units.status(ID).pid()).isPositive();

      units.stop(ID);
      units.stop(ID);

      assertThat(helper.requests).hasSize(privileges == Privileges.HELPER ? 2 : 0);
    }

    assertThat(units.status(ID).life()).isEqualTo(Life.STOPPED);
    assertThat(system.changes())
        .containsExactly("--no-ask-password start " + UNIT, "--no-ask-password stop " + UNIT);
  }

  @Test
  @Tag("R103")
  void start_otherVersionStillRuns_isRestarted() throws IOException {
    units(Privileges.SUDO).start(ID, V1);
    link(V2);

    units(Privileges.SUDO).start(ID, V2);

    assertThat(system.changes())
        .containsExactly("--no-ask-password start " + UNIT, "--no-ask-password restart " + UNIT);
  }

  @Test
  @Tag("R175")
  void start_unitWasStartedAtOnceAfterTheSwitch_nextLockstepLeavesItAlone() throws IOException {
    link(V1);
    units(Privileges.SUDO).start(ID, V1);

    units(Privileges.SUDO).start(ID, V1);

    assertThat(system.changes()).containsExactly("--no-ask-password start " + UNIT);
  }

  @Test
  void start_unitRunsSinceAfterTheSwitch_isLeftAlone() throws IOException {
    units(Privileges.SUDO).start(ID, V1);
    Files.delete(folder.resolve("state/run").resolve(ID + ".pid"));
    // systemd started it at boot, long after the link was switched; this Lockstep is a new process.
    Files.getFileAttributeView(
            folder.resolve("root").resolve(ID).resolve("current"),
            BasicFileAttributeView.class,
            LinkOption.NOFOLLOW_LINKS)
        .setTimes(FileTime.from(Instant.now().minusSeconds(3600)), null, null);

    units(Privileges.SUDO).start(ID, V1);

    assertThat(system.changes()).containsExactly("--no-ask-password start " + UNIT);
  }

  @Test
  @Tag("R103")
  void start_unitFails_isAnErrorThatRevertsAndSaysWhy() throws IOException {
    Files.createFile(system.file(UNIT + ".broken"));

    assertThatThrownBy(() -> units(Privileges.SUDO).start(ID, V1))
        .isInstanceOfSatisfying(
            AtomicUpdatesException.class,
            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.ERROR_CODE_START_FAILED))
        .hasMessageContaining("Job for " + UNIT + " failed");
  }

  @Test
  @Tag("R118")
  void stop_ruleIsMissing_isReportedAtOnce() throws IOException {
    SystemdUnits units = units(Privileges.SUDO);
    units.start(ID, V1);
    Files.createFile(system.file("no-rule"));
    long begin = System.nanoTime();

    assertThatThrownBy(() -> units.stop(ID))
        .isInstanceOfSatisfying(
            AtomicUpdatesException.class,
            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.ERROR_CODE_STOP_FAILED))
        .hasMessageContaining("sudo: a password is required");

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
    assertThat(units.status(ID).life()).isEqualTo(Life.RUNNING);
  }

  @Test
  @Tag("R115")
  void run_unitThatIsNotAllowed_isRefusedByThePrivilegedCommand() throws Exception {
    UnitCommands commands = new UnitCommands(Privileges.SUDO, system.prefix());

    assertThat(commands.run(Verb.STOP, "sshd.service")).get().asString().contains("is not in");
    assertThat(commands.run(Verb.STOP, "app-backend.servic")).isPresent();
    assertThat(commands.run(Verb.STOP, UNIT + "\nstop sshd.service")).isPresent();
    assertThat(commands.run(Verb.STOP, UNIT + " --now")).isPresent();
    assertThat(commands.run(Verb.STOP, "$(touch " + folder.resolve("pwned") + ")")).isPresent();
    assertThat(commands.run(Verb.STOP, "x".repeat(5000))).isPresent();

    assertThat(system.changes()).isEmpty();
    assertThat(folder.resolve("pwned")).doesNotExist();
  }

  @Test
  void status_unitWasStartedAgainBySystemd_countsAsCrashed() throws IOException {
    SystemdUnits units = units(Privileges.SUDO);
    units.start(ID, V1);
    Files.writeString(system.file(UNIT + ".restarts"), "2");
    assertThat(units.status(ID).exits().count()).isEqualTo(2);

    assertThat(units.status(ID).run().id()).isEqualTo("run-of-" + units.status(ID).pid());

    Files.writeString(system.file(UNIT + ".state"), "failed");

    assertThat(units.status(ID).exits().row()).isEqualTo(3);
    assertThat(units.status(ID).life()).isEqualTo(Life.CRASHED);
    assertThat(units.lastLines(ID, 5)).containsExactly("no database", "giving up");
  }

  @Test
  void status_realSystemdWhereItRuns_isUnderstood() {
    SystemdUnits fake = units(Privileges.SUDO);
    assertThat(fake.status(ID).life()).isEqualTo(Life.STOPPED);
    if (!Files.isDirectory(Path.of("/run/systemd/system"))) {
      System.out.println("systemd does not run here: its real answers are not looked at");
      return;
    }
    ComponentSettings journald =
        new ComponentSettings(
            ID,
            ComponentSettings.Role.BACKEND,
            ComponentSettings.Announce.UPDATER,
            new ComponentSettings.ProcessSettings(
                ComponentSettings.Control.SYSTEMD,
                List.of(),
                Map.of(),
                Duration.ofSeconds(1),
                Optional.of("systemd-journald.service")),
            null,
            List.of(),
            List.of(),
            Duration.ZERO,
            Optional.empty());
    SystemdUnits real =
        new SystemdUnits(
            folder,
            folder,
            Map.of(ID, journald),
            new UnitCommands(Privileges.SUDO),
            Clock.systemUTC());
    assertThat(real.status(ID).life()).isEqualTo(Life.RUNNING);
  }
}
