package dev.lockstep.atomicupdates.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.atomicupdates.process.UnitCommands.Verb;
import dev.lockstep.config.DeviceSettings.Privileges;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real sudo, asked by the user that {@code install.sh} made, with the sudoers file that it put
 * there. All of it happens in a mount namespace with a copy of {@code /etc} and an empty {@code
 * /var/lib}, where {@code systemctl} writes down who it is and what it was asked: when the
 * namespace ends, user and files are gone, also where this test is killed.
 */
class RealSudoTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path INSTALLED = Path.of("/usr/lib/lockstep");
  private static final Path SYSTEMCTL = Path.of("/usr/bin/systemctl");
  private static final String RULE = "/etc/sudoers.d/lockstep";
  private static final String IN_NAMESPACE =
      """
      set -e
      mkdir "$1/etc"
      mount -t tmpfs -o mode=755 lockstep-test "$1/etc"
      cp -a /etc/. "$1/etc/"
      mount --bind "$1/etc" /etc
      mount -t tmpfs -o mode=755 lockstep-test /var/lib
      mount -t tmpfs -o mode=755 lockstep-test /usr/lib/lockstep
      mount --bind "$1/systemctl" /usr/bin/systemctl
      "$2/install.sh" --unit backend.service
      echo ready
      read end
      """;

  @TempDir static Path folder;
  private static final List<Path> MADE = new ArrayList<>();
  private static Process namespace;

  @BeforeAll
  static void install() throws Exception {
    assumeTrue(
        "root".equals(System.getProperty("user.name")),
        "a user and a rule of sudo can be made by root only: run as root");
    for (String program : List.of("/usr/bin/sudo", "/usr/sbin/visudo", "/usr/bin/unshare")) {
      assumeTrue(Files.isExecutable(Path.of(program)), program + " is missing: install it");
    }
    assumeTrue(
        trouble(List.of("unshare", "-m", "true")).isEmpty(),
        "this machine lets root make no mount namespace");
    if (!Files.exists(INSTALLED)) {
      MADE.add(Files.createDirectory(INSTALLED));
    }
    if (!Files.exists(SYSTEMCTL)) {
      MADE.add(Files.createFile(SYSTEMCTL));
    }
    FakeSystem.program(
        folder.resolve("systemctl"),
        "#!/bin/sh\necho \"$(id -un) $*\" >>'%s'\nenv >>'%s'\n"
            .formatted(folder.resolve("calls"), folder.resolve("environment")));
    namespace =
        new ProcessBuilder(
                "unshare",
                "-m",
                "sh",
                "-c",
                IN_NAMESPACE,
                "sh",
                folder.toString(),
                FakeSystem.PACKAGING.toAbsolutePath().toString())
            .redirectErrorStream(true)
            .start();
    BufferedReader said =
        new BufferedReader(
            new InputStreamReader(namespace.getInputStream(), StandardCharsets.UTF_8));
    List<String> lines = new ArrayList<>();
    for (String line = said.readLine(); !"ready".equals(line); line = said.readLine()) {
      assertThat(line).as("the namespace ended: " + lines).isNotNull();
      lines.add(line);
    }
    assertThat(lines).contains("install.sh: " + RULE);
  }

  @AfterAll
  static void remove() throws Exception {
    if (namespace != null) {
      namespace.getOutputStream().close();
      assertThat(namespace.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    for (Path made : MADE) {
      Files.delete(made);
    }
  }

  @BeforeEach
  void forget() throws IOException {
    Files.deleteIfExists(folder.resolve("calls"));
    Files.deleteIfExists(folder.resolve("environment"));
  }

  /** Words in the namespace, as root. */
  private static List<String> inside(String... words) {
    List<String> all = new ArrayList<>(List.of("nsenter", "-m", "-t", namespace.pid() + "", "--"));
    all.addAll(List.of(words));
    return all;
  }

  /** The words before what Lockstep's user runs there. */
  private static List<String> asLockstep() {
    return inside("runuser", "-u", "lockstep", "--", "env", "LOCKSTEP_TOKEN=secret");
  }

  private static Optional<String> trouble(List<String> words) throws Exception {
    CommandRun.Result result = CommandRun.run(new ProcessBuilder(words), PATIENCE);
    return result.trouble().map(why -> why + ": " + String.join(" | ", result.lines()));
  }

  private static List<String> calls() throws IOException {
    Path calls = folder.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  @Test
  @Tag("R114")
  @Tag("R116")
  void install_asRoot_putsARuleThatSudoAcceptsAndOnlyRootCanChange() throws Exception {
    assertThat(trouble(inside("visudo", "-c"))).isEmpty();
    assertThat(
            CommandRun.run(new ProcessBuilder(inside("stat", "-c", "%a %U %G", RULE)), PATIENCE)
                .lines())
        .containsExactly("440 root root");
    assertThat(
            CommandRun.run(new ProcessBuilder(inside("getent", "passwd", "lockstep")), PATIENCE)
                .lines())
        .singleElement()
        .asString()
        .endsWith(":/usr/sbin/nologin");
  }

  @Test
  @Tag("R102")
  @Tag("R115")
  void unitCommand_ofEachVerb_isRunAsRootWithNothingOfTheCallersEnvironment() throws Exception {
    UnitCommands commands = new UnitCommands(Privileges.SUDO, asLockstep());
    for (Verb verb : Verb.values()) {
      assertThat(commands.run(verb, "backend.service")).isEmpty();
    }
    assertThat(calls())
        .containsExactly(
            "root --no-ask-password start backend.service",
            "root --no-ask-password stop backend.service",
            "root --no-ask-password restart backend.service");
    assertThat(Files.readString(folder.resolve("environment")))
        .contains("SUDO_USER=lockstep")
        .doesNotContain("LOCKSTEP_TOKEN");
  }

  @Test
  @Tag("R115")
  void unitCommand_ofAnotherUnit_isRefusedByTheProgramItself() throws Exception {
    assertThat(new UnitCommands(Privileges.SUDO, asLockstep()).run(Verb.STOP, "sshd.service"))
        .hasValueSatisfying(why -> assertThat(why).contains("refused: sshd.service is not in"));
    assertThat(calls()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/usr/bin/id",
        "/bin/sh",
        "/usr/bin/systemctl restart backend.service",
        "/usr/lib/lockstep/lockstep-privileged restart",
        "/usr/lib/lockstep/../lockstep/lockstep-privileged --",
        "/usr/lib/lockstep/lockstep-update-version 1.0.0",
        "-u daemon /usr/lib/lockstep/lockstep-privileged",
        "-g daemon /usr/lib/lockstep/lockstep-privileged",
        "PATH=/tmp /usr/lib/lockstep/lockstep-privileged",
        "-E /usr/lib/lockstep/lockstep-privileged",
        "-s",
        "-i",
        "-e /etc/sudoers"
      })
  @Tag("R115")
  @Tag("R116")
  @Tag("R118")
  void sudo_ofAnythingElse_isRefusedAtOnceAndAsksForNothing(String words) throws Exception {
    List<String> all = new ArrayList<>(asLockstep());
    all.addAll(List.of("sudo", "-n"));
    all.addAll(List.of(words.split(" ")));

    assertThat(trouble(all))
        .hasValueSatisfying(
            why ->
                assertThat(why)
                    .contains("ended with exit 1: ")
                    .containsAnyOf("a password is required", "not allowed"));
    assertThat(calls()).isEmpty();
  }

  @Test
  @Tag("R118")
  void unitCommand_ruleIsMissing_isToldAtOnce() throws Exception {
    assertThat(trouble(inside("mv", RULE, "/etc/lockstep/rule"))).isEmpty();
    try {
      assertThat(
              new UnitCommands(Privileges.SUDO, asLockstep()).run(Verb.RESTART, "backend.service"))
          .hasValueSatisfying(
              why -> assertThat(why).contains("exit 1", "sudo: a password is required"));
      assertThat(calls()).isEmpty();
    } finally {
      assertThat(trouble(inside("mv", "/etc/lockstep/rule", RULE))).isEmpty();
    }
  }
}
