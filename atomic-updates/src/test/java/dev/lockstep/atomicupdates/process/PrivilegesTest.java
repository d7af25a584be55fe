package dev.lockstep.atomicupdates.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.process.UnitCommands.Verb;
import dev.lockstep.config.DeviceSettings.Privileges;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the shipped rules allow is exactly what the code runs. */
class PrivilegesTest {
  private static final Pattern RULE =
      Pattern.compile("(\\S+) +(\\S+)=\\((\\S+)\\) +(NOPASSWD:) +(\\S+) +(\\S+)");

  @TempDir Path folder;

  @Test
  @Tag("R102")
  @Tag("R115")
  @Tag("R116")
  void sudoers_allowsOneCommandWithoutArguments_whichIsTheOneThatIsRun() throws Exception {
    Path file = FakeSystem.PACKAGING.resolve("sudoers/lockstep");
    List<String> rules =
        Files.readAllLines(file).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .toList();
    assertThat(rules).hasSize(1);
    Matcher rule = RULE.matcher(rules.get(0));
    assertThat(rule.matches()).as(rules.get(0)).isTrue();
    assertThat(rule.group(1)).isEqualTo("lockstep");
    assertThat(rule.group(3)).isEqualTo("root");
    // In a sudoers file that means: without any argument.
    assertThat(rule.group(6)).isEqualTo("\"\"");
    for (Verb verb : Verb.values()) {
      assertThat(UnitCommands.words(Privileges.SUDO, verb, "backend.service"))
          .containsExactly("sudo", "-n", rule.group(5));
      assertThat(UnitCommands.input(Privileges.SUDO, verb, "backend.service"))
          .isEqualTo(verb.word() + " backend.service\n");
    }

    if (!Files.isExecutable(Path.of("/usr/sbin/visudo"))) {
      System.out.println("visudo is not installed here: only our own parser read the sudoers file");
      return;
    }
    assertThat(run("/usr/sbin/visudo", "-c", "-f", file.toString()).trouble()).isEmpty();
  }

  @Test
  @Tag("R102")
  @Tag("R116")
  void polkit_allowsTheVerbsThatAreRun_andNoOther() throws IOException {
    String rule = Files.readString(FakeSystem.PACKAGING.resolve("polkit/50-lockstep.rules"));
    Matcher verbs = Pattern.compile("var verbs = \\[(.*)];").matcher(rule);
    assertThat(verbs.find()).isTrue();
    assertThat(verbs.group(1).replace("\"", "").split(", "))
        .containsExactlyInAnyOrder(
            Arrays.stream(Verb.values()).map(Verb::word).toArray(String[]::new));
    assertThat(UnitCommands.words(Privileges.POLKIT, Verb.RESTART, "backend.service"))
        .containsExactly("systemctl", "--no-ask-password", "restart", "backend.service");
    assertThat(UnitCommands.input(Privileges.POLKIT, Verb.RESTART, "backend.service")).isEmpty();
  }

  @Test
  @Tag("R114")
  @Tag("R116")
  @Tag("R155")
  @Tag("R157")
  void install_twice_makesEverythingOnceWithItsRights() throws Exception {
    List<String> first = install("--unit", "backend.service", "--package", "app");
    assertThat(first).anyMatch(line -> line.endsWith("/etc/sudoers.d/lockstep"));
    Path root = folder.resolve("device");

    assertThat(mode("etc/sudoers.d/lockstep")).isEqualTo("r--r-----");
    assertThat(mode("usr/lib/lockstep/lockstep-privileged")).isEqualTo("rwxr-xr-x");
    assertThat(mode("var/lib/lockstep/state/backups")).isEqualTo("rwx------");
    assertThat(root.resolve("etc/lockstep/units")).hasContent("backend.service");
    assertThat(Files.readString(root.resolve("etc/polkit-1/rules.d/50-lockstep.rules")))
        .contains("var units = [\"backend.service\"];");
    List<String> calls = Files.readAllLines(folder.resolve("calls"));
    assertThat(calls)
        .contains("useradd -r -U -s /usr/sbin/nologin -d /var/lib/lockstep -M lockstep")
        .anyMatch(
            call ->
                call.startsWith("chown lockstep:lockstep")
                    && call.endsWith("/var/lib/lockstep/state/backups"));

    assertThat(install()).as("nothing differs").isEmpty();
    assertThat(root.resolve("etc/lockstep/units")).hasContent("backend.service");
  }

  @Test
  @Tag("R155")
  void install_unitThatIsNone_isRefusedBeforeAnythingIsDone() throws Exception {
    CommandRun.Result result = tryInstall("--unit", "x;reboot.service");
    assertThat(result.trouble()).isPresent();
    assertThat(folder.resolve("device")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "latest", "1.0;reboot", "1.0 x", "-o", "1.0/../x", "$(reboot)", "1\n2"})
  @Tag("R117")
  void updateVersion_thatIsNone_isRefused(String version) throws Exception {
    CommandRun.Result result = run(updateVersion("app"), version);
    assertThat(result.trouble()).get().asString().contains("exit 2");
    assertThat(folder.resolve("apt-calls")).doesNotExist();
  }

  @Test
  @Tag("R117")
  void updateVersion_packagesOfRoot_areTriedDryFirstAndThenInstalled() throws Exception {
    CommandRun.Result result = run(updateVersion("# ours\napp\napp-data"), "1.2.0-1");
    assertThat(result.trouble()).as(result.toString()).isEmpty();
    String request = "--no-remove install --only-upgrade -- app=1.2.0-1 app-data=1.2.0-1";
    assertThat(Files.readAllLines(folder.resolve("apt-calls")))
        .containsExactly("-q -y -s " + request, "-q -y " + request);
  }

  @Test
  @Tag("R117")
  void updateVersion_dryRunFails_changesNothing() throws Exception {
    Files.createFile(folder.resolve("apt-fails"));
    assertThat(run(updateVersion("app"), "1.2.0").trouble()).isPresent();
    assertThat(Files.readAllLines(folder.resolve("apt-calls"))).hasSize(1);
  }

  @Test
  @Tag("R153")
  @Tag("R117")
  void units_always_runTheProgramsThatAreInstalledAsTheRightUser() throws Exception {
    install();
    for (String name :
        List.of("lockstep.service", "lockstep-agent.service", "lockstep-update@.service")) {
      String unit = Files.readString(FakeSystem.PACKAGING.resolve("systemd").resolve(name));
      Matcher start = Pattern.compile("(?m)^ExecStart=(\\S+)").matcher(unit);
      assertThat(start.find()).as(name).isTrue();
      assertThat(folder.resolve("device" + start.group(1))).as(name).isExecutable();
      if (!name.contains("@")) {
        assertThat(unit).contains("\nUser=lockstep\n").contains("\nRestart=always\n");
      }
    }
  }

  private String updateVersion(String packages) throws IOException {
    Path script = folder.resolve("lockstep-update-version");
    Files.writeString(folder.resolve("packages"), packages + "\n");
    FakeSystem.program(
        folder.resolve("apt-get"),
        "#!/bin/sh\necho \"$*\" >>'%s'\n[ ! -e '%s' ]\n"
            .formatted(folder.resolve("apt-calls"), folder.resolve("apt-fails")));
    FakeSystem.program(
        script,
        Files.readString(FakeSystem.PACKAGING.resolve("bin/lockstep-update-version"))
            .replace(
                "\npackages=/etc/lockstep/packages\n",
                "\npackages=" + folder.resolve("packages") + "\n")
            .replace(
                "\nlock=/run/lock/lockstep-packages\n", "\nlock=" + folder.resolve("lock") + "\n")
            .replace("\napt=/usr/bin/apt-get\n", "\napt=" + folder.resolve("apt-get") + "\n"));
    return script.toString();
  }

  private List<String> install(String... options) throws Exception {
    CommandRun.Result result = tryInstall(options);
    assertThat(result.trouble()).as(result.toString()).isEmpty();
    return result.lines();
  }

  private CommandRun.Result tryInstall(String... options) throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    for (String program : List.of("useradd", "chown", "id", "systemctl")) {
      // There is no such user here, and nothing is changed outside of the folder.
      FakeSystem.program(
          bin.resolve(program),
          "#!/bin/sh\necho \"%s $*\" >>'%s'\n%s\n"
              .formatted(
                  program, folder.resolve("calls"), program.equals("id") ? "exit 1" : "exit 0"));
    }
    List<String> words =
        new ArrayList<>(
            List.of(
                "/usr/bin/env",
                "PATH=" + bin + ":" + System.getenv("PATH"),
                FakeSystem.PACKAGING.resolve("install.sh").toString(),
                "--root",
                folder.resolve("device").toString()));
    words.addAll(List.of(options));
    return run(words.toArray(String[]::new));
  }

  private String mode(String file) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(folder.resolve("device").resolve(file)));
  }

  private static CommandRun.Result run(String... words) throws Exception {
    return CommandRun.run(
        new ProcessBuilder(words).directory(new File(".")), Duration.ofSeconds(60));
  }
}
