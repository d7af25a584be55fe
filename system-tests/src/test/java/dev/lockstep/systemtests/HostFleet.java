package dev.lockstep.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A hub with a backend and three frontend devices, each on a host of its own, set up by the
 * commands that an operator and a publisher would use.
 */
final class HostFleet implements AutoCloseable {
  static final String HUB = "hub";
  static final List<String> KIOSKS = List.of("kiosk-1", "kiosk-2", "kiosk-3");
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final Path folder;
  private final Network network;
  private final List<Process> processes = new ArrayList<>();
  private final List<JsonNode> events = new CopyOnWriteArrayList<>();

  HostFleet(Path folder, Network network) throws IOException {
    this.folder = folder;
    this.network = network;
    for (String name : List.of("broker", HUB, "operator")) {
      key(name, name.equals("operator") ? "operator" : "hub");
    }
    for (String kiosk : KIOSKS) {
      key(kiosk, "device");
    }
    repository("init", "--yes");
    writeSettings();
    start(HUB, "lockstep-repo", "serve", "--repository", path("repository"), "--bind", "0.0.0.0");
    start(HUB, "lockstep", "daemon", "--config", path("hub.yaml"));
    for (String kiosk : KIOSKS) {
      start(kiosk, "lockstep", "agent", "--config", path(kiosk + ".yaml"));
    }
    watch();
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private void key(String name, String role) {
    Run run =
        Run.of(
            PATIENCE,
            "lockstep",
            List.of(
                "keygen",
                name,
                "--role",
                role,
                "--dir",
                path("keys"),
                "--authorize",
                path("authorized")));
    assertThat(run.exitCode()).as(run.toString()).isZero();
  }

  private void repository(String verb, String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of(verb, "--repository", path("repository"), "--keys", path("publisher")));
    all.addAll(List.of(arguments));
    Run run = Run.of(PATIENCE, "lockstep-repo", all);
    assertThat(run.exitCode()).as(run.toString()).isZero();
  }

  private void writeSettings() throws IOException {
    String address = network.address(HUB);
    String bus =
        """
        bus:
          broker: %s
          publish_address: tcp://%s:5555
          subscribe_address: tcp://%s:5556
          security: curve
          key_file: keys/%s.key_secret
          broker_key_file: keys/broker.key
        """;
    String device =
        """
        device: {id: %s, root: %s/components, state: %s/state}
        source:
          metadata_url: http://%s:8080/metadata/
          content_url: http://%s:8080/targets/
          root_file: repository/metadata/1.root.json
          allow_plain_http: true
        update: {restart_notice: 1s, heartbeat: 2s, prepare_deadline: 4s, drain_deadline: 4s, \
        retry_delay: 1s, download_timeout: 5s, max_retries: 10, backup_path: %s/backups}
        """;
    String component =
        """
        components:
          %s:
            role: %s
            process:
              command: [bin/run]
              environment: {PORT: "7000", DATA: "${data}", BACKEND: "http://%s:7000", NAME: "%s"}
            health: {probe: http, url: "http://127.0.0.1:7000/health", interval: 200ms, \
        successes: 2, deadline: 30s, window: 1s}
        """;
    Files.writeString(
        folder.resolve("hub.yaml"),
        bus.formatted("embedded", address, address, HUB)
            + "  broker_secret_key_file: keys/broker.key_secret\n  authorized_keys: authorized\n"
            + device.formatted(HUB, HUB, HUB, address, address, HUB)
            + component.formatted("backend", "backend", address, HUB));
    for (String kiosk : KIOSKS) {
      Files.writeString(
          folder.resolve(kiosk + ".yaml"),
          bus.formatted("external", address, address, kiosk)
              + device.formatted(kiosk, kiosk, kiosk, address, address, kiosk)
              + component.formatted("kiosk-ui", "frontend", address, kiosk));
    }
    Files.writeString(
        folder.resolve("operator.yaml"), bus.formatted("external", address, address, "operator"));
  }

  private ProcessBuilder builder(String host, String launcher, List<String> arguments) {
    ProcessBuilder builder = Run.builder(launcher, arguments);
    return builder.command(network.on(host, builder.command()));
  }

  private void start(String host, String launcher, String... arguments) throws IOException {
    processes.add(
        builder(host, launcher, List.of(arguments))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log(host).toFile()))
            .start());
  }

  Path log(String host) {
    return folder.resolve(host + ".log");
  }

  /** What an operator on the hub sees with {@code lockstep watch}. */
  private void watch() throws IOException {
    Process process =
        builder(HUB, "lockstep", List.of("watch", "--json", "--config", path("operator.yaml")))
            .redirectError(folder.resolve("watch.err").toFile())
            .start();
    processes.add(process);
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader lines = process.inputReader()) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                  events.add(JsonMapper.shared().readTree(line));
                }
              } catch (IOException ended) {
                // The test is over.
                assertThat(process.isAlive()).isFalse();
              }
            },
            "watch");
    reader.setDaemon(true);
    reader.start();
  }

  /** Signs and publishes a version of both components. */
  void publish(String version) throws IOException {
    for (String component : List.of("backend", "kiosk-ui")) {
      boolean backend = component.equals("backend");
      Path tree =
          SampleTree.write(
              folder.resolve("trees").resolve(component + version),
              backend ? SampleTree.BACKEND : SampleTree.FRONTEND,
              version,
              true);
      // Something to fetch, so that a cable can be pulled meanwhile.
      byte[] pictures = new byte[2_000_000];
      new java.util.Random(version.hashCode()).nextBytes(pictures);
      Files.write(tree.resolve("lib/pictures.bin"), pictures);
      repository(
          "publish",
          "--component",
          component,
          "--version",
          version,
          "--dir",
          tree.toString(),
          backend ? "--provides" : "--requires",
          backend ? "api=" + version : "api=>=1.0.0 <2.0.0");
    }
  }

  /** Runs a verb on the hub as the operator. */
  Run lockstep(String verb, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(verb, "--config", path("operator.yaml")));
    all.addAll(List.of(arguments));
    return Run.of(PATIENCE, builder(HUB, "lockstep", all));
  }

  /** Device to version, of the components that run and are not away. */
  Map<String, String> running() throws IOException {
    Map<String, String> running = new LinkedHashMap<>();
    Run status = lockstep("status", "--json");
    if (status.exitCode() == 0) {
      for (JsonNode component : status.json().get(0).get("components")) {
        if (component.path("running").booleanValue(false)
            && !component.path("away").booleanValue(false)) {
          running.put(
              component.get("device").stringValue(), component.path("version").stringValue(""));
        }
      }
    }
    return running;
  }

  void awaitRunning(Map<String, String> expected) {
    Awaitility.await("running " + expected)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(running()).isEqualTo(expected));
  }

  /** Checks, and asks to install what is offered. */
  void update() throws IOException {
    Run check = lockstep("check", "--json");
    assertThat(check.exitCode()).as(check.toString()).isZero();
    events.clear();
    Run install = lockstep("install", "--no-wait", "--json");
    assertThat(install.exitCode()).as(install.toString()).isZero();
  }

  /** Waits until a message of that kind was seen since the update began. */
  void awaitEvent(String what, Predicate<JsonNode> wanted) {
    Awaitility.await(what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> events.stream().anyMatch(wanted));
  }

  /** Progress of a device's install in a phase. */
  static Predicate<JsonNode> phase(String device, String phase) {
    return event ->
        event.get("topic").stringValue().equals("update/install/progress")
            && event.path("payload").path("device").stringValue("").equals(device)
            && event.path("payload").path("phase").stringValue("").endsWith(phase);
  }

  List<JsonNode> events() {
    return List.copyOf(events);
  }

  Path components(String device) {
    return folder.resolve(device).resolve("components");
  }

  @Override
  public void close() {
    processes.forEach(Process::destroy);
    network.close();
  }
}
