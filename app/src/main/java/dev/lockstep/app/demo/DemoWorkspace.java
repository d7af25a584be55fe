package dev.lockstep.app.demo;

import dev.lockstep.bus.zeromq.Certificate;
import dev.lockstep.protocol.Role;
import dev.lockstep.repository.Publisher;
import dev.lockstep.repository.ReleaseContent;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.repository.RepositorySettings;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.repository.key.Passphrases;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The folders of the demo: a repository, keys, and one folder per device with its settings.
 *
 * <pre>
 * keys/                  ZeroMQ certificates: broker, each device, operator, observer
 * keys/authorized/       public certificates that may connect
 * publisher/             the publisher's keys and workshop
 * repository/            what is served
 * hub/ kiosk-1/ kiosk-2/ a device each: lockstep.yaml, components/, state/
 * operator.yaml          settings for the command line
 * </pre>
 */
final class DemoWorkspace {
  private final Path root;
  private final DemoDevice hub;
  private final List<DemoDevice> frontends;
  private final int publishPort;
  private final int subscribePort;
  private final int repositoryPort;
  private Publisher publisher;

  /**
   * Chooses ports; nothing is written yet.
   *
   * @param root folder of everything
   * @param publishPort the broker's port for publishers, 0 for a free one
   * @param subscribePort the broker's port for subscribers, 0 for a free one
   */
  DemoWorkspace(Path root, int publishPort, int subscribePort) throws IOException {
    this.root = root.toAbsolutePath().normalize();
    List<Integer> free = freePorts(6);
    this.publishPort = publishPort == 0 ? free.get(0) : publishPort;
    this.subscribePort = subscribePort == 0 ? free.get(1) : subscribePort;
    this.hub = device("hub", true, free.get(2));
    this.frontends =
        List.of(device("kiosk-1", false, free.get(3)), device("kiosk-2", false, free.get(4)));
    this.repositoryPort = free.get(5);
  }

  private DemoDevice device(String id, boolean backend, int port) {
    return new DemoDevice(
        id,
        backend,
        port,
        root.resolve(id),
        new DemoDevice.ComponentBus(
            address(publishPort),
            address(subscribePort),
            keys().resolve(componentKey(id) + ".key_secret"),
            keys().resolve("broker.key")));
  }

  private static String componentKey(String device) {
    return device + "-component";
  }

  private static String address(int port) {
    return "tcp://127.0.0.1:" + port;
  }

  Path root() {
    return root;
  }

  DemoDevice hub() {
    return hub;
  }

  List<DemoDevice> frontends() {
    return frontends;
  }

  List<DemoDevice> devices() {
    List<DemoDevice> devices = new ArrayList<>();
    devices.add(hub);
    devices.addAll(frontends);
    return devices;
  }

  int repositoryPort() {
    return repositoryPort;
  }

  Path keys() {
    return root.resolve("keys");
  }

  Path operatorSettings() {
    return root.resolve("operator.yaml");
  }

  /** A folder for the trees of an act. */
  Path workshop(String act) throws IOException {
    return Files.createDirectories(root.resolve("publisher").resolve(act));
  }

  /** Makes the repository, with keys of its own. */
  Publisher makeRepository() {
    publisher =
        Publisher.initialize(
            root.resolve("repository"),
            new KeyFolder(root.resolve("publisher").resolve("keys"), Passphrases.NONE),
            RepositorySettings.defaults(),
            Clock.systemUTC());
    return publisher;
  }

  /** Signs and publishes a release in the stable channel. */
  void publish(DemoRelease release) {
    ReleaseSpec spec =
        ReleaseSpec.of(release.component(), release.version()).withNotes(release.notes());
    for (Map.Entry<String, String> api : release.provides().entrySet()) {
      spec = spec.withProvides(api.getKey(), api.getValue());
    }
    for (Map.Entry<String, String> api : release.requires().entrySet()) {
      spec = spec.withRequires(api.getKey(), api.getValue());
    }
    publisher.publish(
        spec,
        Files.isDirectory(release.content())
            ? ReleaseContent.tree(release.content())
            : ReleaseContent.archive(release.content(), release.prefix()));
  }

  /** Makes keys for the broker and everybody who may connect. */
  void writeKeys(DemoApp app) throws IOException {
    Path authorized = Files.createDirectories(keys().resolve("authorized"));
    Certificate.generate("broker", Role.HUB).write(keys(), "broker");
    for (DemoDevice device : devices()) {
      Role role = device.backend() ? Role.HUB : Role.DEVICE;
      authorize(Certificate.generate(device.id(), role), authorized);
      authorize(
          Certificate.generate(componentKey(device.id()), Role.COMPONENT)
              .forDevice(device.id())
              .forComponent(device.backend() ? app.backend() : app.frontend()),
          authorized);
    }
    authorize(Certificate.generate("operator", Role.OPERATOR), authorized);
    authorize(Certificate.generate("observer", Role.OBSERVER), authorized);
  }

  private void authorize(Certificate certificate, Path authorized) {
    certificate.write(keys(), certificate.name());
    certificate.publicOnly().write(authorized, certificate.name());
  }

  /** Writes the settings of every device and of the command line. */
  void writeSettings(DemoApp app, URI repositoryUrl, Path trustedRoot) throws IOException {
    for (DemoDevice device : devices()) {
      Files.createDirectories(device.folder());
      String component = device.backend() ? app.backend() : app.frontend();
      String componentSettings =
          device.backend()
              ? app.backendSettings(device)
              : app.frontendSettings(device, HttpQuestion.uri(hub, ""));
      String settings =
          deviceSettings(device, repositoryUrl, trustedRoot)
              + "components:\n  "
              + component
              + ":\n"
              + componentSettings.indent(4);
      Files.writeString(device.settings(), settings);
    }
    Files.writeString(operatorSettings(), "bus:\n" + busSettings("operator", "").indent(2));
  }

  private String deviceSettings(DemoDevice device, URI repositoryUrl, Path trustedRoot) {
    String broker =
        device.backend()
            ? """
              broker_secret_key_file: "%s"
              authorized_keys: "%s"
              """
                .formatted(keys().resolve("broker.key_secret"), keys().resolve("authorized"))
            : "";
    return """
        # Settings of one device of the demo.
        device:
          id: %s
          root: components
          state: state
        bus:
        %s
        source:
          metadata_url: %s
          content_url: %s
          root_file: "%s"
          # The demo's repository is on this machine.
          allow_plain_http: true
        update:
          check_interval: 1h
          auto_download: true
          auto_install: false
          backup_path: backups
          restart_notice: 1s
          heartbeat: 2s
          prepare_deadline: 2s
          drain_deadline: 2s
          retry_delay: 1s
        """
        .formatted(
            device.id(),
            busSettings(device.id(), broker).indent(2).stripTrailing(),
            repositoryUrl.resolve("metadata/"),
            repositoryUrl.resolve("targets/"),
            trustedRoot);
  }

  private String busSettings(String name, String broker) {
    return """
        broker: %s
        publish_address: %s
        subscribe_address: %s
        security: curve
        key_file: "%s"
        broker_key_file: "%s"
        %s"""
        .formatted(
            broker.isEmpty() ? "external" : "embedded",
            address(publishPort),
            address(subscribePort),
            keys().resolve(name + ".key_secret"),
            keys().resolve("broker.key"),
            broker);
  }

  /** Ports that are free now; all are held until the last is found, so that they differ. */
  static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }
}
