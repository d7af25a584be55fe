package dev.lockstep.bench;

import dev.lockstep.bus.zeromq.Certificate;
import dev.lockstep.protocol.Role;
import dev.lockstep.repository.Publisher;
import dev.lockstep.repository.ReleaseContent;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.repository.RepositorySettings;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.repository.key.Passphrases;
import dev.lockstep.repository.server.RepositoryServer;
import java.io.File;
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

/**
 * A hub as a process of its own, with default settings wherever there is a default, and the
 * repository that it asks. For one thread.
 */
public final class Hub implements AutoCloseable {
  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long STOP_SECONDS = 15;

  private final Path work;
  private final Publisher publisher;
  private final RepositoryServer repository;
  private final Addresses addresses;
  private Process process;

  private Hub(Path work, Publisher publisher, RepositoryServer repository, Addresses addresses) {
    this.work = work;
    this.publisher = publisher;
    this.repository = repository;
    this.addresses = addresses;
  }

  /** Where publishers and subscribers connect. */
  public record Addresses(String publish, String subscribe) {}

  /** Starts it, and returns when it answers. */
  public static Hub start(Path work) throws IOException {
    return start(work, "");
  }

  /**
   * The same with further settings of its section {@code update}, each in a line of its own that
   * begins with two blanks.
   */
  public static Hub start(Path work, String update) throws IOException {
    Path authorized = Files.createDirectories(work.resolve("keys/authorized"));
    Certificate.generate("broker", Role.HUB).write(work.resolve("keys"), "broker");
    authorize(work, "hub", Role.HUB, authorized);
    authorize(work, "operator", Role.OPERATOR, authorized);
    Publisher publisher =
        Publisher.initialize(
            work.resolve("repository"),
            new KeyFolder(work.resolve("publisher"), Passphrases.NONE),
            RepositorySettings.defaults(),
            Clock.systemUTC());
    RepositoryServer server =
        RepositoryServer.start(
            publisher.directory().folder(),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Hub hub = new Hub(work, publisher, server, freeAddresses());
    try {
      hub.publish("backend", "1.0.0");
      hub.writeSettings(update);
      hub.launch();
      hub.awaitAnswer();
      return hub;
    } catch (IOException e) {
      hub.close();
      throw e;
    }
  }

  private static Addresses freeAddresses() throws IOException {
    try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new Addresses(
          "tcp://127.0.0.1:" + one.getLocalPort(), "tcp://127.0.0.1:" + other.getLocalPort());
    }
  }

  /** Publishes a small release; the hub finds it when it looks the next time. */
  public void publish(String component, String version) throws IOException {
    Path tree = Files.createDirectories(work.resolve("tree"));
    Files.writeString(tree.resolve("content.txt"), component + " " + version + "\n");
    publisher.publish(ReleaseSpec.of(component, version), ReleaseContent.tree(tree));
  }

  private void launch() throws IOException {
    List<String> command = new ArrayList<>(launcher("-Xmx128m", "-Xss512k"));
    command.addAll(List.of("daemon", "--config", work.resolve("hub.yaml").toString()));
    File log = work.resolve("hub.log").toFile();
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .start();
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

  private void writeSettings(String update) throws IOException {
    String bus =
        """
        bus:
          broker: %s
          publish_address: %s
          subscribe_address: %s
          key_file: keys/%s.key_secret
          broker_key_file: keys/broker.key
        """;
    Files.writeString(
        work.resolve("operator.yaml"),
        bus.formatted("external", addresses.publish, addresses.subscribe, "operator"));
    Files.writeString(
        work.resolve("hub.yaml"),
        bus.formatted("embedded", addresses.publish, addresses.subscribe, "hub")
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
                .formatted(repository.url().resolve("metadata/"), publisher.directory().rootFile())
            + (update.isEmpty() ? "" : "update:\n" + update));
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
  public double status() throws IOException {
    List<String> command = new ArrayList<>(launcher("-Xmx64m", "-XX:TieredStopAtLevel=1"));
    command.addAll(
        List.of("status", "--json", "--config", work.resolve("operator.yaml").toString()));
    return Tool.millis(command);
  }

  /** Where it is reached; the same after {@link #kill} and {@link #startAgain}. */
  public Addresses addresses() {
    return addresses;
  }

  /** Its present process. */
  public long pid() {
    return process.pid();
  }

  /** Kills it, as a power cut would; the repository goes on. */
  public void kill() throws IOException {
    process.destroyForcibly();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("the hub cannot be killed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Starts it on what it left behind; returns before it answers. */
  public void startAgain() throws IOException {
    launch();
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroy();
      try {
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
    repository.close();
  }
}
