package dev.lockstep.app.doctor;

import dev.lockstep.app.doctor.Finding.Result;
import dev.lockstep.bus.zeromq.Certificate;
import dev.lockstep.protocol.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A hub or a frontend device in a folder, as it has to be; a test then spoils one thing. */
final class ExaminedDevice {
  final Path folder;
  final Path state;
  final Path root;
  final Path keys;
  final Path authorized;
  final Path system;
  Clock clock = Clock.systemUTC();
  Duration timeout = Duration.ofSeconds(30);
  boolean hub = true;
  String update = "";
  String more = "";
  String process = "{command: [bin/run]}";
  String metadataUrl = "http://127.0.0.1:1/metadata/";
  Path rootFile;
  String publish;
  String subscribe;

  ExaminedDevice(Path folder) throws IOException {
    this.folder = folder;
    this.state = folder("state", "rwx------");
    this.root = folder("components", "rwxr-x---");
    this.keys = folder("keys", "rwx------");
    this.authorized = folder("keys/authorized", "rwxr-xr-x");
    this.system = folder("system", "rwxr-xr-x");
    this.rootFile = folder.resolve("root.json");
    List<Integer> ports = freePorts();
    this.publish = "tcp://127.0.0.1:" + ports.get(0);
    this.subscribe = "tcp://127.0.0.1:" + ports.get(1);
    Certificate.generate("broker", Role.HUB).write(keys, "broker");
    Certificate own = Certificate.generate("hub", Role.HUB);
    own.write(keys, "hub");
    own.write(keys, "own");
    own.publicOnly().write(authorized, "hub");
  }

  private Path folder(String name, String mode) throws IOException {
    Path made = Files.createDirectory(folder.resolve(name));
    return Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(mode));
  }

  /** Two ports on which nobody listens. */
  private static List<Integer> freePorts() throws IOException {
    try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return List.of(one.getLocalPort(), other.getLocalPort());
    }
  }

  Path settings() {
    return folder.resolve("lockstep.yaml");
  }

  void writeSettings() throws IOException {
    String broker =
        hub
            ? """
              broker_secret_key_file: keys/broker.key_secret
              authorized_keys: keys/authorized
            """
            : "  broker: external\n";
    Files.writeString(
        settings(),
        """
        device: {id: hub, root: components, state: state}
        bus:
          publish_address: %s
          subscribe_address: %s
          key_file: keys/own.key_secret
          broker_key_file: keys/broker.key
        %ssource:
          metadata_url: %s
          root_file: "%s"
          allow_plain_http: true
        update: {channel: stable%s}
        components:
          backend:
            role: backend
            process: %s
        %s
        """
            .formatted(publish, subscribe, broker, metadataUrl, rootFile, update, process, more));
    Files.setPosixFilePermissions(settings(), PosixFilePermissions.fromString("rw-r--r--"));
  }

  /** What is found without a rehearsal. */
  List<Finding> examined() throws IOException, InterruptedException {
    writeSettings();
    return examinedAsItIs(false);
  }

  /** With the settings file as it is. */
  List<Finding> examinedAsItIs(boolean rehearse) throws InterruptedException {
    List<Finding> found = new ArrayList<>();
    new Doctor(
            new Doctor.Options(settings(), Map.of(), rehearse, timeout, clock, system), found::add)
        .examine();
    return found;
  }

  /** What is found about one thing: the worst, with what to do. */
  String about(String check) throws IOException, InterruptedException {
    return about(check, examined());
  }

  static String about(String check, List<Finding> found) {
    for (Result result : List.of(Result.FAILED, Result.WARNING, Result.OK)) {
      List<String> texts =
          found.stream()
              .filter(one -> one.check().equals(check) && one.result() == result)
              .map(one -> one.seen() + " -> " + one.remedy())
              .toList();
      if (!texts.isEmpty()) {
        return result + " " + String.join(" | ", texts);
      }
    }
    return "nothing";
  }

  void mode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  /** Every file with its content's hash, its time and its rights. */
  List<String> everything() throws IOException {
    List<String> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted().toList()) {
        String content =
            Files.isRegularFile(file)
                ? java.util.Arrays.hashCode(Files.readAllBytes(file))
                    + " "
                    + Files.getLastModifiedTime(file)
                : "folder";
        all.add(file + " " + Files.getPosixFilePermissions(file) + " " + content);
      }
    }
    return all;
  }
}
