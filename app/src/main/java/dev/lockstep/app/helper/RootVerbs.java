package dev.lockstep.app.helper;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import jdk.net.ExtendedSocketOptions;

/**
 * Answers requests on a Unix socket: one line in, lines {@code log TEXT} out, and at last {@code
 * end CODE}, or {@code refused WHY}. Who asks is told by the system ({@code SO_PEERCRED}), not by
 * the request. A few connections at a time; a request has to come within seconds.
 */
final class RootVerbs implements AutoCloseable {
  private static final int CONNECTIONS = 4;
  private static final Duration REQUEST_DEADLINE = Duration.ofSeconds(5);
  private static final int MAX_LINE = 1000;
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "PATH", "/usr/sbin:/usr/bin:/sbin:/bin",
          "LC_ALL", "C",
          "DEBIAN_FRONTEND", "noninteractive");

  private final ServerSocketChannel server;
  private final Settings settings;
  private final Consumer<String> audit;
  private final Semaphore connections = new Semaphore(CONNECTIONS);
  private final ReentrantLock packages = new ReentrantLock();
  private final ScheduledExecutorService deadlines =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "helper-deadlines");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * What root decided.
   *
   * @param users who may ask
   * @param units file of the units that may be restarted, one per line
   * @param packages file of the packages that may be upgraded, one per line; none where it is
   *     missing or empty
   * @param deadline of what is run for one request
   */
  record Settings(
      Set<String> users,
      Path units,
      Path packages,
      String systemctl,
      String aptGet,
      Duration deadline) {}

  RootVerbs(ServerSocketChannel server, Settings settings, Consumer<String> audit) {
    this.server = server;
    this.settings = settings;
    this.audit = audit;
  }

  /** Opens a socket that only its owner can reach; whoever else is let in is root's decision. */
  static ServerSocketChannel bind(Path socket) throws IOException {
    Files.deleteIfExists(socket);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    return server;
  }

  /** Serves until it is closed. */
  void serve() throws IOException {
    while (true) {
      SocketChannel client;
      try {
        client = server.accept();
      } catch (ClosedChannelException closed) {
        return;
      }
      if (!connections.tryAcquire()) {
        client.close();
        continue;
      }
      Thread thread =
          new Thread(
              () -> {
                try {
                  handle(client);
                } finally {
                  connections.release();
                }
              },
              "helper-request");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void handle(SocketChannel client) {
    try (client) {
      String user = client.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
      if (!settings.users().contains(user)) {
        audit.accept(user + " may not ask");
        say(client, "refused " + user + " may not ask");
        return;
      }
      String line = request(client);
      try {
        HelperRequest request = HelperRequest.parse(line, allowed());
        audit.accept(user + ": " + line);
        int code = run(request, client);
        audit.accept(user + ": " + line + " ended with " + code);
        say(client, "end " + code);
      } catch (HelperRequest.RefusedException refused) {
        audit.accept(user + " was refused: " + refused.getMessage());
        say(client, "refused " + refused.getMessage());
      }
    } catch (IOException gone) {
      audit.accept("a connection broke: " + gone.getMessage());
    }
  }

  private HelperRequest.Allowed allowed() throws IOException {
    return new HelperRequest.Allowed(
        names(settings.units()),
        names(settings.packages()),
        settings.systemctl(),
        settings.aptGet());
  }

  private static Set<String> names(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Set.of();
    }
    return Files.readAllLines(file).stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Closes the connection of a client that neither speaks nor listens. */
  private ScheduledFuture<?> closing(SocketChannel client) {
    return deadlines.schedule(
        () -> {
          try {
            client.close();
          } catch (IOException closing) {
            audit.accept("cannot close a silent connection: " + closing.getMessage());
          }
        },
        REQUEST_DEADLINE.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  /** One line of ASCII, within the deadline. */
  private String request(SocketChannel client) throws IOException {
    ScheduledFuture<?> late = closing(client);
    try {
      ByteBuffer bytes = ByteBuffer.allocate(HelperRequest.MOST_BYTES);
      while (client.read(bytes) >= 0) {
        int length = bytes.position();
        if (length > 0 && bytes.get(length - 1) == '\n') {
          return new String(bytes.array(), 0, length - 1, StandardCharsets.US_ASCII);
        }
        if (!bytes.hasRemaining()) {
          throw new IOException("the request is longer than " + HelperRequest.MOST_BYTES);
        }
      }
      throw new IOException("the request has no end");
    } finally {
      late.cancel(false);
    }
  }

  private int run(HelperRequest request, SocketChannel client)
      throws IOException, HelperRequest.RefusedException {
    if (!request.packages()) {
      return run(request.commands(), client);
    }
    if (!packages.tryLock()) {
      throw new HelperRequest.RefusedException("another change of packages is going on");
    }
    try {
      return run(request.commands(), client);
    } finally {
      packages.unlock();
    }
  }

  private int run(List<List<String>> commands, SocketChannel client) throws IOException {
    for (List<String> command : commands) {
      say(client, "log $ " + String.join(" ", command));
      int code = run(client, command);
      if (code != 0) {
        return code;
      }
    }
    return 0;
  }

  /** A client that is gone does not stop what was begun. */
  private int run(SocketChannel client, List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(new File("/"))
            .redirectErrorStream(true)
            .redirectInput(new File("/dev/null"));
    builder.environment().clear();
    builder.environment().putAll(new TreeMap<>(ENVIRONMENT));
    Process process = builder.start();
    ScheduledFuture<?> late =
        deadlines.schedule(
            () -> {
              process.descendants().forEach(ProcessHandle::destroy);
              process.destroy();
            },
            settings.deadline().toMillis(),
            TimeUnit.MILLISECONDS);
    boolean listening = true;
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        listening = listening && told(client, line);
      }
      return process.waitFor();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped while " + command.get(0) + " ran", stopping);
    } finally {
      late.cancel(false);
    }
  }

  private boolean told(SocketChannel client, String line) {
    try {
      say(client, "log " + line.substring(0, Math.min(line.length(), MAX_LINE)));
      return true;
    } catch (IOException gone) {
      audit.accept("nobody listens any more: " + gone.getMessage());
      return false;
    }
  }

  /** Within the deadline: who does not read keeps nobody from the next change of packages. */
  private void say(SocketChannel client, String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    ScheduledFuture<?> late = closing(client);
    try {
      while (bytes.hasRemaining()) {
        client.write(bytes);
      }
    } finally {
      late.cancel(false);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    deadlines.shutdownNow();
  }
}
