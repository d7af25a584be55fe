package dev.lockstep.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.app.Connections;
import dev.lockstep.atomicupdates.staging.TreeVerifier;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.zeromq.Certificate;
import dev.lockstep.config.BusSettings;
import dev.lockstep.config.SettingsLoader;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallPhase;
import dev.lockstep.protocol.v1.InstallRequest;
import dev.lockstep.protocol.v1.ReleaseId;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The processes that {@code lockstep demo --keep} leaves running: a repository server, a hub and
 * two frontend devices, which a test then treats badly.
 */
final class KeptDemo implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path folder;
  private final Map<String, Kept> processes = new LinkedHashMap<>();

  private final Map<String, Set<InstallPhase>> phases = new ConcurrentHashMap<>();
  private final Map<String, InstallComplete> ends = new ConcurrentHashMap<>();
  private final Bus bus;

  private record Kept(long pid, Path log, List<String> command) {}

  private KeptDemo(Path folder) throws IOException {
    this.folder = folder;
    JsonNode list =
        JsonMapper.shared().readTree(Files.readString(folder.resolve("processes.json")));
    for (JsonNode one : list) {
      List<String> command = new ArrayList<>();
      one.get("command").forEach(word -> command.add(word.stringValue()));
      processes.put(
          one.get("name").stringValue(),
          new Kept(one.get("pid").longValue(), Path.of(one.get("log").stringValue()), command));
    }
    bus = Connections.open("system-test", SettingsLoader.loadBus(folder.resolve("operator.yaml")));
    bus.subscribe(
        Topics.INSTALL_PROGRESS,
        message ->
            phases
                .computeIfAbsent(message.payload().getJobId(), job -> ConcurrentHashMap.newKeySet())
                .add(message.payload().getPhase()));
    bus.subscribe(
        Topics.INSTALL_COMPLETE,
        message -> {
          if (message.payload().getDevice().isEmpty()) {
            ends.put(message.payload().getJobId(), message.payload());
          }
        });
  }

  /** Runs the demo in the folder and takes over what it leaves. */
  static KeptDemo start(Path folder) throws IOException {
    Run demo =
        Run.of(
            Duration.ofMinutes(4),
            "lockstep",
            List.of("demo", "--json", "--keep", "--work-dir", folder.toString()));
    assertThat(demo.exitCode()).as("demo: %s", demo).isZero();
    return new KeptDemo(folder);
  }

  Path folder() {
    return folder;
  }

  /** Runs a verb of the command line as the operator. */
  Run lockstep(String verb, String... arguments) {
    List<String> command = new ArrayList<>(List.of(verb));
    command.addAll(List.of("--config", folder.resolve("operator.yaml").toString()));
    command.addAll(List.of(arguments));
    return Run.of(Duration.ofMinutes(3), "lockstep", command);
  }

  /** Kills a process at once, as a power cut would. */
  void kill(String name) {
    ProcessHandle.of(processes.get(name).pid()).ifPresent(ProcessHandle::destroyForcibly);
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                ProcessHandle.of(processes.get(name).pid())
                    .filter(ProcessHandle::isAlive)
                    .isEmpty());
  }

  /** Starts a process again as the demo did, with further variables. */
  void startAgain(String name, Map<String, String> environment) throws IOException {
    Kept kept = processes.get(name);
    List<String> arguments = kept.command().subList(1, kept.command().size());
    String launcher = Path.of(kept.command().get(0)).getFileName().toString();
    ProcessBuilder builder = Run.builder(launcher, arguments);
    builder.environment().putAll(environment);
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(kept.log().toFile()));
    Process process = builder.start();
    processes.put(name, new Kept(process.pid(), kept.log(), kept.command()));
  }

  String log(String name) throws IOException {
    return Files.readString(processes.get(name).log());
  }

  /** The version that the active link of a component points to. */
  String active(String device, String component) throws IOException {
    return Files.readString(
            folder
                .resolve(device)
                .resolve("components")
                .resolve(component)
                .resolve("current/VERSION"))
        .strip();
  }

  /** What version-management knows of each component: device to version. */
  Map<String, String> versions() {
    Run status = lockstep("status", "--json");
    assertThat(status.exitCode()).as("status: %s", status).isZero();
    Map<String, String> versions = new LinkedHashMap<>();
    status
        .json()
        .get(0)
        .get("components")
        .forEach(
            component ->
                versions.put(
                    component.get("device").stringValue(),
                    component.path("version").stringValue("")));
    return versions;
  }

  /** Signs and publishes a healthy release made of the one that the demo published. */
  void publish(
      String component,
      String version,
      Map<String, String> provides,
      Map<String, String> requires,
      String... more)
      throws IOException {
    Path tree = folder.resolve("publisher/test").resolve(component + "-" + version);
    copy(folder.resolve("publisher/update").resolve(component + "-1.1.0"), tree);
    Files.writeString(tree.resolve("VERSION"), version + "\n");
    Files.writeString(tree.resolve("release.properties"), "api=" + version + "\nhealthy=true\n");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "publish",
                "--repository",
                folder.resolve("repository").toString(),
                "--keys",
                folder.resolve("publisher/keys").toString(),
                "--component",
                component,
                "--version",
                version,
                "--channel",
                "stable",
                "--dir",
                tree.toString()));
    provides.forEach((api, range) -> arguments.addAll(List.of("--provides", api + "=" + range)));
    requires.forEach((api, range) -> arguments.addAll(List.of("--requires", api + "=" + range)));
    arguments.addAll(List.of(more));
    Run run = Run.of(PATIENCE, "lockstep-repo", arguments);
    assertThat(run.exitCode()).as(run.toString()).isZero();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** Waits until a release is in a slot of that device. */
  void awaitStaged(String device, String component, String version) {
    Path slot = folder.resolve(device).resolve("components").resolve(component).resolve("releases");
    Awaitility.await("staged " + version)
        .atMost(PATIENCE)
        .until(() -> Files.exists(slot.resolve(version).resolve("VERSION")));
  }

  /** Waits until every process and version-management agree on these versions. */
  void awaitVersions(Map<String, String> expected) {
    Awaitility.await("versions " + expected)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(versions()).isEqualTo(expected));
  }

  /** Asks for an install and returns its job. */
  String installWithoutWaiting() {
    Run run = lockstep("install", "--no-wait", "--json");
    assertThat(run.exitCode()).as(run.toString()).isZero();
    return run.json().get(0).get("job_id").stringValue();
  }

  /** Waits until a job has reached a phase on a device. */
  void awaitPhase(String job, InstallPhase phase) {
    Awaitility.await(job + " " + phase)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> phases.getOrDefault(job, Set.of()).contains(phase));
  }

  /** The jobs that have reached a phase on a device and have not ended. */
  List<String> runningIn(InstallPhase phase) {
    return phases.keySet().stream()
        .filter(job -> phases.get(job).contains(phase) && !ends.containsKey(job))
        .toList();
  }

  /** Waits until no job runs on the hub any more. */
  void awaitSettled() {
    Awaitility.await("no job runs")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              Run status =
                  lockstep("status", "--json", "--service", "atomic-updates", "--device", "hub");
              if (status.exitCode() != 0) {
                return false;
              }
              boolean settled = true;
              for (JsonNode job : status.json().get(0).path("jobs")) {
                settled &= job.path("finished").booleanValue(false);
              }
              return settled && !backendSays().isEmpty();
            });
  }

  /** What the backend's process itself says that it is; empty when it does not answer. */
  String backendSays() throws IOException {
    return askBackend().map(answer -> answer.get("version").stringValue()).orElse("");
  }

  /** How many messages the backend has kept; -1 when it does not answer. */
  long backendMessages() throws IOException {
    return askBackend().map(answer -> answer.get("messages").longValue()).orElse(-1L);
  }

  private Optional<JsonNode> askBackend() throws IOException {
    Matcher url =
        Pattern.compile("url: \"(http://[^\"]+)/health")
            .matcher(Files.readString(folder.resolve("hub/lockstep.yaml")));
    assertThat(url.find()).isTrue();
    try {
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(url.group(1) + "/api/version"))
                      .timeout(Duration.ofSeconds(2))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      return Optional.of(JsonMapper.shared().readTree(answer.body()));
    } catch (IOException away) {
      return Optional.empty();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Where the active tree of a component differs from its signed manifest. */
  List<String> treeDifferences(String device, String component) throws IOException {
    Path home = folder.resolve(device).resolve("components").resolve(component);
    String version = active(device, component);
    try (InputStream json =
        Files.newInputStream(home.resolve("manifests").resolve(version + ".json"))) {
      return TreeVerifier.verify(
              home.resolve("releases").resolve(version), ReleaseJson.manifest(json))
          .stream()
          .map(Object::toString)
          .toList();
    }
  }

  /** Asks the hub to install past version-management; returns the code of the refusal. */
  String requestInstall(String component, String version) {
    String job = UUID.randomUUID().toString();
    bus.publish(
        Topics.INSTALL_REQUEST,
        InstallRequest.newBuilder()
            .setJobId(job)
            .addReleases(ReleaseId.newBuilder().setComponent(component).setVersion(version))
            .setRequestedBy("system test")
            .build());
    Awaitility.await("answer to " + job).atMost(PATIENCE).until(() -> ends.containsKey(job));
    return ends.get(job).getError().getCode().name();
  }

  /** Waits until version-management knows that a device is away. */
  void awaitAway(String device) {
    Awaitility.await(device + " away")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              for (JsonNode one : lockstep("status", "--json").json().get(0).get("components")) {
                if (one.get("device").stringValue().equals(device)) {
                  return one.path("away").booleanValue(false);
                }
              }
              return false;
            });
  }

  /** A socket with one of the demo's keys that sends whatever it is given. */
  ZMQ.Socket rawPublisher(ZContext context, String key) {
    BusSettings settings = SettingsLoader.loadBus(folder.resolve("operator.yaml"));
    ZMQ.Socket socket = context.createSocket(SocketType.XPUB);
    Certificate own = Certificate.read(folder.resolve("keys").resolve(key + ".key_secret"));
    Certificate broker = Certificate.read(settings.brokerKeyFile().orElseThrow());
    socket.setCurvePublicKey(ZMQ.Curve.z85Decode(own.publicKey()));
    socket.setCurveSecretKey(ZMQ.Curve.z85Decode(own.secretKey().orElseThrow()));
    socket.setCurveServerKey(ZMQ.Curve.z85Decode(broker.publicKey()));
    socket.setLinger(2000);
    socket.setReceiveTimeOut((int) PATIENCE.toMillis());
    socket.connect(settings.publishAddress());
    // The broker's first subscription says that the way to it is open.
    assertThat(socket.recv()).isNotNull();
    return socket;
  }

  /** Names of processes that do not run. */
  List<String> dead() {
    return processes.entrySet().stream()
        .filter(
            one -> ProcessHandle.of(one.getValue().pid()).filter(ProcessHandle::isAlive).isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public void close() {
    bus.close();
    for (Kept kept : processes.values()) {
      ProcessHandle.of(kept.pid())
          .ifPresent(
              handle -> {
                handle.destroy();
                try {
                  handle.onExit().get(20, TimeUnit.SECONDS);
                } catch (Exception stubborn) {
                  handle.descendants().forEach(ProcessHandle::destroyForcibly);
                  handle.destroyForcibly();
                }
              });
    }
    // A component outlives a hub that was killed; nothing of this folder outlives the test.
    ProcessHandle.allProcesses()
        .filter(
            handle ->
                handle.info().commandLine().orElse("").contains(folder.toAbsolutePath() + "/"))
        .forEach(ProcessHandle::destroyForcibly);
  }
}
