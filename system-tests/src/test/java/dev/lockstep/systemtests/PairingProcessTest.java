package dev.lockstep.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.bus.pairing.PairingRequests;
import dev.lockstep.bus.zeromq.Certificate;
import dev.lockstep.bus.zeromq.PairingDesk;
import dev.lockstep.bus.zeromq.PairingTalk;
import dev.lockstep.protocol.Role;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A new device pairs with a hub, joins it and installs; a wrong code and a revoked key do not. */
@Tag("R151")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PairingProcessTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Pattern CODE = Pattern.compile("pair accept (\\S+)");
  private static final Pattern ANSWER = Pattern.compile("type this at the device: (\\S+)");
  @TempDir static Path folder;
  private final List<Process> processes = new ArrayList<>();
  private String hubPairingAddress;

  @BeforeAll
  void startHub() throws IOException {
    for (String name : List.of("broker", "hub", "operator")) {
      succeed(
          "lockstep",
          "keygen",
          name,
          "--role",
          name.equals("operator") ? "operator" : "hub",
          "--dir",
          path("keys"),
          "--authorize",
          path("authorized"));
    }
    succeed(
        "lockstep-repo",
        "init",
        "--repository",
        path("repository"),
        "--keys",
        path("publisher"),
        "--yes");
    publish();
    start(
        "repository", "lockstep-repo", "serve", "--repository", path("repository"), "--port", "0");
    String url =
        awaitLine("the repository's address", "repository", Pattern.compile("(http://[0-9.:]+)"));
    settings(url.endsWith("/") ? url : url + "/");
    start("hub", "lockstep", "daemon", "--config", path("hub.yaml"));
    await().atMost(PATIENCE).until(() -> log("hub").contains("the hub hub is ready"));
  }

  @AfterAll
  void stop() throws InterruptedException {
    for (Process process : processes) {
      process.destroy();
    }
    for (Process process : processes) {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static Run succeed(String launcher, String... arguments) {
    Run run = Run.of(PATIENCE, launcher, List.of(arguments));
    assertThat(run.exitCode()).as(run.toString()).isZero();
    return run;
  }

  private Process start(String log, String launcher, String... arguments) throws IOException {
    Process process =
        Run.builder(launcher, List.of(arguments))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(log + ".log").toFile())
            .start();
    processes.add(process);
    return process;
  }

  private String log(String name) throws IOException {
    Path file = folder.resolve(name + ".log");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  private String awaitLine(String what, String log, Pattern wanted) {
    return org.awaitility.Awaitility.await(what)
        .atMost(PATIENCE)
        .until(
            () -> {
              Matcher found = wanted.matcher(log(log));
              return found.find() ? found.group(1) : null;
            },
            java.util.Objects::nonNull);
  }

  private void publish() throws IOException {
    Path tree = Files.createDirectories(folder.resolve("tree"));
    Files.writeString(tree.resolve("VERSION"), "1.0.0\n");
    Path run = Files.createDirectories(tree.resolve("bin")).resolve("run");
    Files.writeString(run, "#!/bin/sh\nexec sleep 600\n");
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-xr-x"));
    succeed(
        "lockstep-repo",
        "publish",
        "--repository",
        path("repository"),
        "--keys",
        path("publisher"),
        "--component",
        "kiosk-ui",
        "--version",
        "1.0.0",
        "--dir",
        tree.toString());
  }

  private void settings(String url) throws IOException {
    List<Integer> ports = Ports.free(3);
    hubPairingAddress = "tcp://127.0.0.1:" + ports.get(2);
    String bus =
        """
        bus:
          broker: %s
          publish_address: tcp://127.0.0.1:%d
          subscribe_address: tcp://127.0.0.1:%d
          pairing_address: tcp://127.0.0.1:%d
          key_file: %s
          broker_key_file: %s
        """;
    String device =
        """
        device: {id: %s, root: %s/components, state: %s/state}
        source:
          metadata_url: %smetadata/
          content_url: %stargets/
          root_file: repository/metadata/1.root.json
          allow_plain_http: true
        update: {restart_notice: 1s, heartbeat: 1s, prepare_deadline: 2s, drain_deadline: 2s, \
        auto_download: true, backup_path: %s/backups}
        """;
    Files.writeString(
        folder.resolve("hub.yaml"),
        bus.formatted(
                "embedded",
                ports.get(0),
                ports.get(1),
                ports.get(2),
                "keys/hub.key_secret",
                "keys/broker.key")
            + "  broker_secret_key_file: keys/broker.key_secret\n  authorized_keys: authorized\n"
            + device.formatted("hub", "hub", "hub", url, url, "hub"));
    Files.writeString(
        folder.resolve("kiosk.yaml"),
        bus.formatted(
                "external",
                ports.get(0),
                ports.get(1),
                ports.get(2),
                "kiosk/keys/kiosk.key_secret",
                "kiosk/keys/broker.key")
            + device.formatted("kiosk-9", "kiosk", "kiosk", url, url, "kiosk")
            + "components: {kiosk-ui: {role: frontend, process: {command: [bin/run]},"
            + " health: {interval: 200ms, successes: 1, window: 1s}}}\n");
    Files.writeString(
        folder.resolve("operator.yaml"),
        bus.formatted(
            "external",
            ports.get(0),
            ports.get(1),
            ports.get(2),
            "keys/operator.key_secret",
            "keys/broker.key"));
  }

  private static void type(Process process, String line) throws IOException {
    Writer in = process.outputWriter(StandardCharsets.UTF_8);
    in.write(line + "\n");
    in.flush();
  }

  private boolean sees(String device) {
    Run status =
        Run.of(
            PATIENCE, "lockstep", List.of("status", "--json", "--config", path("operator.yaml")));
    if (status.exitCode() != 0) {
      return false;
    }
    return status.json().stream()
        .flatMap(report -> report.path("components").valueStream())
        .anyMatch(
            component ->
                component.path("device").stringValue("").equals(device)
                    && !component.path("away").booleanValue(false));
  }

  @Test
  void newDevice_paired_joinsInstallsAndIsCutOffWhenRevoked() throws Exception {
    Process agent = start("agent", "lockstep", "agent", "--pair", "--config", path("kiosk.yaml"));
    String code = awaitLine("the code", "agent", CODE);
    Run wrong =
        Run.of(
            PATIENCE,
            "lockstep",
            List.of("pair", "accept", "AAAA-AAAA", "--config", path("hub.yaml")));
    assertThat(wrong.exitCode()).isEqualTo(1);
    assertThat(wrong.err()).contains("no device that waits shows this code");
    assertThat(succeed("lockstep", "pair", "list", "--config", path("hub.yaml")).out())
        .contains("kiosk-9\t")
        .doesNotContain(code);

    Run accepted = succeed("lockstep", "pair", "accept", code, "--config", path("hub.yaml"));
    Matcher answer = ANSWER.matcher(accepted.out());
    assertThat(answer.find()).as(accepted.out()).isTrue();
    type(agent, "XXXX");
    type(agent, answer.group(1));

    awaitLine("pairing", "agent", Pattern.compile("(Paired)"));
    assertThat(Files.getPosixFilePermissions(folder.resolve("kiosk/keys/kiosk.key_secret")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.readString(folder.resolve("kiosk/keys/broker.key")))
        .contains(publicKey(folder.resolve("keys/broker.key")));
    await().atMost(PATIENCE).until(() -> sees("kiosk-9"));
    succeed("lockstep", "check", "--config", path("operator.yaml"));
    Run install =
        succeed("lockstep", "install", "--timeout", "100", "--config", path("operator.yaml"));
    assertThat(folder.resolve("kiosk/components/kiosk-ui/current/bin/run"))
        .as(install.toString())
        .exists();

    succeed("lockstep", "pair", "revoke", "kiosk-9", "--config", path("hub.yaml"));
    await().atMost(PATIENCE).until(() -> log("hub").contains("nobody knows the key"));
    await().atMost(PATIENCE).until(() -> !sees("kiosk-9"));
  }

  /**
   * A relay with keys of its own: it talks with the device as a hub, and with the hub as a device.
   */
  @Test
  void newDevice_somebodyBetweenItAndTheHub_codesDifferAndNobodyIsPaired() throws Exception {
    Path atRelay = folder.resolve("relay");
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (PairingDesk relay =
        PairingDesk.open(
            "tcp://127.0.0.1:*", Certificate.generate("broker", Role.HUB), atRelay, failure::set)) {
      Files.writeString(
          folder.resolve("victim.yaml"),
          Files.readString(folder.resolve("kiosk.yaml"))
              .replaceAll("pairing_address: .*", "pairing_address: " + relay.address())
              .replace("kiosk-9", "kiosk-8")
              .replace("kiosk/", "victim/"));
      Process victim =
          start("victim", "lockstep", "agent", "--pair", "--config", path("victim.yaml"));
      String shown = awaitLine("the code", "victim", CODE);
      PairingRequests requests = new PairingRequests(atRelay, Clock.systemUTC());
      assertThat(requests.waiting()).as("it talks with the relay").hasSize(1);
      try (PairingTalk posing = new PairingTalk(hubPairingAddress, "kiosk-8")) {
        assertThat(posing.codes().device()).isNotEqualTo(shown);

        Run refused =
            Run.of(
                PATIENCE,
                "lockstep",
                List.of("pair", "accept", shown, "--config", path("hub.yaml")));
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("somebody is between");
        assertThat(posing.isAccepted()).isFalse();

        // The relay lets the device in by itself, and knows what the real hub would answer to it.
        requests.accepted(requests.waiting().get(0));
        for (int tries = 0; tries < 3; tries++) {
          type(victim, posing.codes().hub());
        }
        assertThat(victim.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      }
      assertThat(victim.exitValue()).isNotZero();
      assertThat(log("victim")).contains("it is another hub");
      assertThat(folder.resolve("victim/keys")).doesNotExist();
      assertThat(folder.resolve("authorized/kiosk-8.key")).doesNotExist();
      assertThat(failure).hasValue(null);
    }
  }

  private static String publicKey(Path file) throws IOException {
    Matcher found = Pattern.compile("public-key = \"([^\"]+)\"").matcher(Files.readString(file));
    assertThat(found.find()).isTrue();
    return found.group(1);
  }
}
