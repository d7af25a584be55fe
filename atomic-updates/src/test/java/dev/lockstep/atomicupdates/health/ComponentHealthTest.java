package dev.lockstep.atomicupdates.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.lockstep.atomicupdates.port.HealthCheck.Health;
import dev.lockstep.atomicupdates.port.ProcessControl;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.ComponentSettings.Probe;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real servers and commands, a process that is as told. */
class ComponentHealthTest {
  private static final String ID = "backend";
  private static final ReleaseVersion V = ReleaseVersion.parse("1.2.0");
  @TempDir Path root;
  private final ToldProcess process = new ToldProcess();
  private final AtomicInteger asked = new AtomicInteger();
  private IntUnaryOperator answer = number -> 200;
  private HttpServer server;
  private int successes = 2;
  private Duration deadline = Duration.ofMillis(300);
  private Duration window = Duration.ZERO;
  private Duration timeout = Duration.ofSeconds(2);

  @BeforeEach
  void serve() throws IOException {
    Files.createDirectories(root.resolve(ID).resolve("current"));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(answer.applyAsInt(asked.incrementAndGet()), -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private ComponentHealth health(Probe probe, int port, String... command) {
    ComponentSettings settings =
        new ComponentSettings(
            ID,
            ComponentSettings.Role.BACKEND,
            ComponentSettings.Announce.UPDATER,
            new ComponentSettings.ProcessSettings(
                ComponentSettings.Control.SUPERVISED,
                List.of("run"),
                Map.of(),
                Duration.ofSeconds(1)),
            new ComponentSettings.HealthSettings(
                probe,
                Optional.of(URI.create("http://127.0.0.1:" + port + "/health")),
                "127.0.0.1",
                port,
                List.of(command),
                Duration.ofMillis(10),
                timeout,
                successes,
                deadline,
                window),
            List.of(),
            List.of(),
            Duration.ZERO,
            Optional.empty());
    return new ComponentHealth(root, Map.of(ID, settings), process, Clock.systemUTC());
  }

  private int port() {
    return server.getAddress().getPort();
  }

  @Test
  void await_failuresInBetween_needsSuccessesInARow() throws InterruptedException {
    successes = 3;
    answer = number -> number == 3 ? 500 : 200;

    Health result = health(Probe.HTTP, port()).await(ID, V, true);

    assertThat(result.healthy()).isTrue();
    assertThat(result.healthyAt()).isNotNull();
    assertThat(asked.get()).isGreaterThanOrEqualTo(6);
  }

  @Test
  @Tag("R92")
  void await_answers503UntilTheDeadline_saysSoWithLastLogLines() throws InterruptedException {
    answer = number -> 503;

    Health result = health(Probe.HTTP, port()).await(ID, V, true);

    assertThat(result.healthy()).isFalse();
    assertThat(result.problem())
        .startsWith("backend 1.2.0 answered 503 for ")
        .endsWith("; last log lines: no database | giving up");
  }

  @Test
  void await_redirect_isNotHealthy() throws InterruptedException {
    answer = number -> 302;
    assertThat(health(Probe.HTTP, port()).await(ID, V, false).problem()).contains("answered 302");
  }

  @Test
  void await_processCrashed_endsAtOnce() throws InterruptedException {
    process.crashes = 1;
    deadline = Duration.ofSeconds(60);
    long began = System.nanoTime();

    Health result = health(Probe.HTTP, port()).await(ID, V, true);

    assertThat(result.problem())
        .contains(
            "exited 0.3 s after its start, exit code 3; last log lines: no database | giving up");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(deadline);
    assertThat(asked).hasValue(0);
  }

  @Test
  @Tag("R92")
  void await_crashWithinTheWindow_stillCounts() throws InterruptedException {
    window = Duration.ofSeconds(20);
    answer =
        number -> {
          process.crashes = number >= 2 ? 1 : 0;
          return 200;
        };

    Health result = health(Probe.HTTP, port()).await(ID, V, true);

    assertThat(result.problem()).contains("exited 0.3 s after its start");
  }

  @Test
  void tcp_listeningOrNot() throws Exception {
    assertThat(health(Probe.TCP, port()).ask(ID)).isEmpty();
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    assertThat(health(Probe.TCP, free).ask(ID))
        .hasValueSatisfying(why -> assertThat(why).contains("took no connection"));
  }

  @Test
  void command_byItsExit() throws InterruptedException {
    assertThat(health(Probe.COMMAND, 0, "/bin/sh", "-c", "exit 0").ask(ID)).isEmpty();
    assertThat(health(Probe.COMMAND, 0, "/bin/sh", "-c", "exit 7").ask(ID))
        .contains("answered its command with exit 7");
  }

  @Test
  void process_livesOrNot() throws InterruptedException {
    assertThat(health(Probe.PROCESS, 0).ask(ID)).isEmpty();
    process.life = ProcessControl.Life.STOPPED;
    assertThat(health(Probe.PROCESS, 0).ask(ID)).contains("does not run");
  }

  /** Every read gets something; after a hundred bytes it would even be a good answer. */
  @Test
  @Tag("R92")
  void ask_answerComesByteByByte_isSilentAtTheDeadlineAndHungUp() throws Exception {
    timeout = Duration.ofMillis(300);
    try (ServerSocket slow = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<String> end = CompletableFuture.supplyAsync(() -> drip(slow));

      Optional<String> trouble = health(Probe.HTTP, slow.getLocalPort()).ask(ID);

      assertThat(trouble).hasValueSatisfying(why -> assertThat(why).contains("within 300 ms"));
      assertThat(end.get(60, TimeUnit.SECONDS)).isEqualTo("hung up");
    }
  }

  private static String drip(ServerSocket server) {
    try (Socket socket = server.accept()) {
      OutputStream out = socket.getOutputStream();
      out.write("HTTP/1.1 200 OK\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII));
      socket.setSoTimeout(50);
      for (int i = 0; i < 100; i++) {
        out.write('a');
        waitWhileConnected(socket);
      }
      out.write("\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return "answered";
    } catch (IOException closed) {
      return "hung up";
    }
  }

  /** For as long as the socket's timeout; what it asks is read and dropped. */
  private static void waitWhileConnected(Socket socket) throws IOException {
    try {
      byte[] asked = new byte[1000];
      while (socket.getInputStream().read(asked) >= 0) {
        // It has not hung up.
      }
      throw new IOException("hung up");
    } catch (SocketTimeoutException stillThere) {
      // It waits for more.
    }
  }
}
