package dev.lockstep.bench.command;

import dev.lockstep.bench.Peer;
import dev.lockstep.bench.Tool;
import dev.lockstep.bus.zeromq.Certificate;
import dev.lockstep.protocol.Role;
import dev.lockstep.repository.Publisher;
import dev.lockstep.repository.ReleaseContent;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.repository.RepositorySettings;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.repository.key.Passphrases;
import dev.lockstep.repository.server.RepositoryServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A hub as a process of its own, with default settings wherever there is a default. */
final class Hub implements AutoCloseable {
  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long STOP_SECONDS = 15;

  private final Path work;
  private final RepositoryServer repository;
  private final Process process;

  private Hub(Path work, RepositoryServer repository, Process process) {
    this.work = work;
    this.repository = repository;
    this.process = process;
  }

  /** Starts it, and returns when it answers. */
  static Hub start(Path work) throws IOException {
    Path authorized = Files.createDirectories(work.resolve("keys/authorized"));
    Certificate.generate("broker", Role.HUB).write(work.resolve("keys"), "broker");
    authorize(work, "hub", Role.HUB, authorized);
    authorize(work, "operator", Role.OPERATOR, authorized);
    Path tree = Files.createDirectories(work.resolve("tree"));
    Files.writeString(tree.resolve("content.txt"), "content\n");
    Publisher publisher =
        Publisher.initialize(
            work.resolve("repository"),
            new KeyFolder(work.resolve("publisher"), Passphrases.NONE),
            RepositorySettings.defaults(),
            Clock.systemUTC());
    publisher.publish(ReleaseSpec.of("backend", "1.0.0"), ReleaseContent.tree(tree));
    RepositoryServer server =
        RepositoryServer.start(
            publisher.directory().folder(),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    writeSettings(work, server, publisher.directory().rootFile());
    List<String> command = new ArrayList<>(launcher("-Xmx128m"));
    command.addAll(List.of("daemon", "--config", work.resolve("hub.yaml").toString()));
    Hub hub =
        new Hub(
            work,
            server,
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("hub.log").toFile())
                .start());
    try {
      hub.awaitAnswer();
      return hub;
    } catch (IOException e) {
      hub.close();
      throw e;
    }
  }

  /** The user's launcher, or the same program without it where nothing was packaged. */
  private static List<String> launcher(String... options) {
    String home = System.getProperty("lockstep.home");
    if (home != null) {
      return List.of(Path.of(home, "bin", "lockstep").toString());
    }
    List<String> command = new ArrayList<>(Peer.javaCommand(List.of(options)));
    command.add("dev.lockstep.app.Main");
    return command;
  }

  private static void authorize(Path work, String name, Role role, Path authorized) {
    Certificate certificate = Certificate.generate(name, role);
    certificate.write(work.resolve("keys"), name);
    certificate.publicOnly().write(authorized, name);
  }

  private static void writeSettings(Path work, RepositoryServer server, Path root)
      throws IOException {
    int publish;
    int subscribe;
    try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      publish = one.getLocalPort();
      subscribe = other.getLocalPort();
    }
    String bus =
        """
        bus:
          broker: %s
          publish_address: tcp://127.0.0.1:%d
          subscribe_address: tcp://127.0.0.1:%d
          key_file: keys/%s.key_secret
          broker_key_file: keys/broker.key
        """;
    Files.writeString(
        work.resolve("operator.yaml"), bus.formatted("external", publish, subscribe, "operator"));
    Files.writeString(
        work.resolve("hub.yaml"),
        bus.formatted("embedded", publish, subscribe, "hub")
            + """
              broker_secret_key_file: keys/broker.key_secret
              authorized_keys: keys/authorized
            device:
              id: hub
              root: components
              state: state
            source:
              metadata_url: %s
              root_file: "%s"
              allow_plain_http: true
            components:
              backend:
                role: backend
                process:
                  control: external
            """
                .formatted(server.url().resolve("metadata/"), root));
  }

  private void awaitAnswer() throws IOException {
    long giveUp = System.nanoTime() + START_NANOS;
    while (true) {
      try {
        status();
        return;
      } catch (IOException notYet) {
        if (!process.isAlive() || System.nanoTime() > giveUp) {
          throw new IOException(
              "the hub does not answer: " + Files.readString(work.resolve("hub.log")), notYet);
        }
      }
    }
  }

  /** Runs {@code lockstep status} to its end; milliseconds. */
  double status() throws IOException {
    List<String> command = new ArrayList<>(launcher("-Xmx64m", "-XX:TieredStopAtLevel=1"));
    command.addAll(
        List.of("status", "--json", "--config", work.resolve("operator.yaml").toString()));
    return Tool.millis(command);
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    repository.close();
  }
}
