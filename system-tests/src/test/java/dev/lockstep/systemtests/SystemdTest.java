package dev.lockstep.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.repository.Publisher;
import dev.lockstep.repository.ReleaseContent;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.repository.RepositorySettings;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.repository.key.Passphrases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lockstep as {@code install.sh} leaves it on a machine that the real systemd runs: the units that
 * ship, a component that is a unit itself, and the real sudo and polkit between them.
 */
class SystemdTest {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String LOCKSTEP =
      "/var/lib/lockstep/components/updater/current/bin/lockstep";
  private static final String COMPONENT = "/var/lib/lockstep/components/backend/";
  private static final String SETTINGS = "/etc/lockstep/lockstep.yaml";
  private static final String BACKEND = "backend.service";

  @TempDir Path folder;
  private Publisher publisher;
  private List<Integer> ports;
  private SystemdMachine machine;

  @Test
  @Tag("R73")
  @Tag("R94")
  @Tag("R95")
  @Tag("R102")
  @Tag("R114")
  @Tag("R115")
  @Tag("R116")
  @Tag("R117")
  @Tag("R118")
  @Tag("R175")
  void installedMachine_updatesAUnit_withExactlyTheRightsThatShip() throws Exception {
    String missing = SystemdMachine.missing();
    assumeTrue(missing.isEmpty(), missing);
    ports = Ports.free(4);
    publish("1.0.0", true);
    Path released = release("lockstep");
    Path publishing = release("publisher", "--publisher");
    try (SystemdMachine started = SystemdMachine.start(Files.createDirectory(folder("machine")))) {
      machine = started;
      installLockstep(released, publishing);

      assertThat(update().exitCode()).as("first install").isZero();
      assertThat(machine.property(BACKEND, "ActiveState")).isEqualTo("active");
      final String before = machine.property(BACKEND, "MainPID");

      publish("1.1.0", true);
      assertThat(update().exitCode()).as("update").isZero();
      final String pid = machine.property(BACKEND, "MainPID");
      assertThat(pid).isNotEqualTo(before);
      assertThat(active()).isEqualTo("1.1.0");

      publish("1.2.0", false);
      Run unhealthy = update();
      assertThat(unhealthy.exitCode()).as(unhealthy.toString()).isEqualTo(5);
      assertThat(unhealthy.toString()).contains("503").contains("see journalctl -u " + BACKEND);
      assertThat(active()).isEqualTo("1.1.0");
      assertThat(must("cat", COMPONENT + "current/lib/dependency").out()).isEqualTo("for 1.1.0");
      assertThat(must("stat", "-c", "%U", COMPONENT + "releases/1.1.0").out().strip())
          .as("downloaded and unpacked without privileges")
          .isEqualTo("lockstep");
      assertThat(machine.property(BACKEND, "ActiveState")).isEqualTo("active");

      killedLockstep_comesBack_andLeavesTheUnitAlone();
      theUserMayDo_whatShips_andNothingElse();
    } catch (AssertionError wrong) {
      throw new AssertionError(journal(), wrong);
    }
  }

  private String journal() {
    return machine == null
        ? "no machine"
        : machine.run("journalctl", "--no-pager", "-q", "-n", "60", "-o", "cat").out();
  }

  private Path folder(String name) {
    return folder.resolve(name);
  }

  private Path release(String name, String... options) {
    List<String> command = new ArrayList<>();
    command.add(Run.HOME.resolve("packaging/release.sh").toString());
    command.addAll(List.of(options));
    command.addAll(List.of(folder(name).toString(), "0.1.0"));
    Run run = Run.of(PATIENCE, new ProcessBuilder(command));
    assertThat(run.exitCode()).as(run.toString()).isZero();
    return folder(name);
  }

  private void publish(String version, boolean healthy) throws IOException {
    if (publisher == null) {
      publisher =
          Publisher.initialize(
              folder("repository"),
              new KeyFolder(folder("keys"), Passphrases.NONE),
              RepositorySettings.defaults(),
              Clock.systemUTC());
    }
    Path tree = folder("tree-" + version);
    SampleTree.write(tree, SampleTree.BACKEND, version, healthy);
    // What a release needs is in it, and another one in each.
    Files.writeString(tree.resolve("lib/dependency"), "for " + version);
    publisher.publish(ReleaseSpec.of("backend", version), ReleaseContent.tree(tree));
  }

  private void installLockstep(Path released, Path publishing) throws IOException {
    must(
        Run.HOME.resolve("packaging/install.sh").toString(),
        "--release",
        released.toString(),
        "--publisher",
        publishing.toString(),
        "--unit",
        BACKEND);
    String java = "JAVA_HOME=" + System.getProperty("java.home") + "\n";
    machine.write(
        "/etc/lockstep/environment", java + "LOCKSTEP_JAVA_OPTIONS=-XX:TieredStopAtLevel=1\n");
    // The server's user is made for the time that it runs, and may read what everybody may.
    must("mkdir", "/srv/lockstep");
    must("mount", "--bind", "/srv/outside/repository", "/srv/lockstep");
    machine.write(
        "/etc/lockstep/repo/main",
        java + "LOCKSTEP_REPOSITORY=/srv/lockstep\nLOCKSTEP_REPO_PORT=" + ports.get(2) + "\n");
    must("cp", publisher.directory().rootFile().toString(), "/etc/lockstep/root.json");
    machine.write(SETTINGS, settings());
    machine.write("/etc/systemd/system/" + BACKEND, unit());
    must("systemctl", "daemon-reload");
    must("systemctl", "start", "lockstep-repo@main.service", "lockstep.service");
    assertThat(machine.property("lockstep.service", "User")).isEqualTo("lockstep");
    Awaitility.await("Lockstep answers")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> lockstep("status").exitCode() == 0);
  }

  private String settings() {
    return """
        device: {id: hub, root: /var/lib/lockstep/components, state: /var/lib/lockstep/state}
        bus:
          publish_address: tcp://127.0.0.1:%d
          subscribe_address: tcp://127.0.0.1:%d
          security: plain
        source:
          metadata_url: http://127.0.0.1:%d/metadata/
          content_url: http://127.0.0.1:%d/targets/
          root_file: /etc/lockstep/root.json
          allow_plain_http: true
        update: {restart_notice: 0s, heartbeat: 1s, prepare_deadline: 200ms, drain_deadline: 200ms}
        components:
          backend:
            role: backend
            process: {control: systemd, unit: %s}
            health: {probe: http, url: "http://127.0.0.1:%d/health", interval: 200ms, \
        successes: 2, start_deadline: 60s, deadline: 3s, window: 1s}
        """
        .formatted(ports.get(0), ports.get(1), ports.get(2), ports.get(2), BACKEND, ports.get(3));
  }

  private String unit() {
    return """
        [Service]
        User=lockstep
        Environment=PORT=%d DATA=/var/lib/lockstep/components/backend/data
        ExecStart=/var/lib/lockstep/components/backend/current/bin/run
        """
        .formatted(ports.get(3));
  }

  private Run must(String... command) {
    Run run = machine.run(command);
    assertThat(run.exitCode()).as("%s: %s", List.of(command), run).isZero();
    return run;
  }

  private Run lockstep(String verb, String... options) {
    List<String> all = new ArrayList<>(List.of(LOCKSTEP, verb, "--config", SETTINGS));
    all.addAll(List.of(options));
    return machine.as("lockstep", "", all.toArray(String[]::new));
  }

  private Run update() {
    Run check = lockstep("check", "--force");
    assertThat(check.exitCode()).as(check.toString()).isZero();
    return lockstep("install");
  }

  private String active() {
    return must("cat", COMPONENT + "current/VERSION").out().strip();
  }

  private void killedLockstep_comesBack_andLeavesTheUnitAlone() {
    String backend = machine.property(BACKEND, "MainPID");
    String launcher = machine.property("lockstep.service", "MainPID");

    must("systemctl", "kill", "-s", "KILL", "lockstep.service");

    Awaitility.await("systemd has started Lockstep again")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () ->
                !List.of("0", launcher).contains(machine.property("lockstep.service", "MainPID"))
                    && lockstep("status").exitCode() == 0);
    assertThat(machine.property(BACKEND, "MainPID")).isEqualTo(backend);
  }

  /** Each with the answer of the real sudo or polkit, and none of them waits for a password. */
  private void theUserMayDo_whatShips_andNothingElse() {
    String privileged = "/usr/lib/lockstep/lockstep-privileged";
    sudo(0, "restart " + BACKEND, privileged);
    sudo(2, "restart dbus.service", privileged);
    sudo(1, "", privileged, "restart", BACKEND);
    sudo(1, "", "/usr/bin/systemctl", "restart", BACKEND);
    sudo(1, "", "/bin/sh");

    systemctl(true, "restart", BACKEND);
    systemctl(false, "restart", "dbus.service");
    systemctl(false, "daemon-reload");
    systemctl(false, "start", "lockstep-update@$(id).service");
    // It is allowed to start it; the program itself says that no package is listed.
    Run update = machine.as("lockstep", "", "systemctl", "start", "lockstep-update@1.2.0.service");
    assertThat(update.err()).doesNotContainIgnoringCase("authentication");
    assertThat(machine.property("lockstep-update@1.2.0.service", "ExecMainStatus")).isEqualTo("2");

    must("systemctl", "stop", "lockstep.service");
    assertThat(machine.property("lockstep.service", "Result")).isEqualTo("success");
    assertThat(machine.property(BACKEND, "ActiveState")).isEqualTo("active");
  }

  private void sudo(int exit, String input, String... command) {
    List<String> all = new ArrayList<>(List.of("sudo", "-n"));
    all.addAll(List.of(command));
    Run run = machine.as("lockstep", input, all.toArray(String[]::new));
    assertThat(run.exitCode()).as("%s with %s: %s", all, input, run).isEqualTo(exit);
  }

  private void systemctl(boolean allowed, String... words) {
    List<String> all = new ArrayList<>(List.of("systemctl", "--no-ask-password"));
    all.addAll(List.of(words));
    Run run = machine.as("lockstep", "", all.toArray(String[]::new));
    assertThat(run.exitCode() == 0).as("%s: %s", all, run).isEqualTo(allowed);
  }
}
