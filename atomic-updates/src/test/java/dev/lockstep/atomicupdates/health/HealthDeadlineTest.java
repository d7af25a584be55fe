package dev.lockstep.atomicupdates.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.lockstep.atomicupdates.port.HealthCheck.Health;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.ComponentSettings.Probe;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Deadlines and answers in a row at their boundaries: real probes, and a time that only moves when
 * it is waited. Two answers in a row are needed.
 */
class HealthDeadlineTest {
  private static final String ID = "backend";
  private static final ReleaseVersion V = ReleaseVersion.parse("1.2.0");
  private static final Duration DEADLINE = Duration.ofMillis(500);
  private static final Duration INTERVAL = Duration.ofMillis(100);
  private static final Optional<Duration> SAME = Optional.empty();
  private static final Duration START = Duration.ofSeconds(2);
  private static final Optional<Duration> OWN = Optional.of(START);
  @TempDir Path root;
  private final ToldProcess process = new ToldProcess();
  private final WaitedTime time = new WaitedTime();

  /** What answers from a second on, and what before. */
  private interface Component extends AutoCloseable {
    ComponentSettings.HealthSettings settings(Optional<Duration> startDeadline);

    void is(Answer.Kind kind) throws IOException;

    @Override
    void close();
  }

  private Component component(Probe probe) throws IOException {
    Files.createDirectories(root.resolve(ID).resolve("current"));
    return switch (probe) {
      case HTTP -> new Http();
      case TCP -> new Tcp();
      case COMMAND -> new Command();
      case BUS, PROCESS -> throw new IllegalArgumentException("it never says no");
    };
  }

  private static ComponentSettings.HealthSettings settings(
      Probe probe, URI url, int port, List<String> command, Optional<Duration> startDeadline) {
    return new ComponentSettings.HealthSettings(
        probe,
        Optional.ofNullable(url),
        "127.0.0.1",
        port,
        command,
        INTERVAL,
        Duration.ofSeconds(20),
        2,
        DEADLINE,
        Duration.ZERO,
        startDeadline);
  }

  private Health await(Component component, Optional<Duration> startDeadline)
      throws InterruptedException {
    ComponentSettings settings =
        new ComponentSettings(
            ID,
            ComponentSettings.Role.BACKEND,
            ComponentSettings.Announce.UPDATER,
            new ComponentSettings.ProcessSettings(
                ComponentSettings.Control.SUPERVISED, List.of("run"), Map.of(), DEADLINE),
            component.settings(startDeadline),
            List.of(),
            List.of(),
            Duration.ZERO,
            Optional.empty());
    return new ComponentHealth(root, Map.of(ID, settings), process, Clock.systemUTC(), time)
        .await(ID, V, true);
  }

  @ParameterizedTest
  @EnumSource(
      value = Probe.class,
      names = {"HTTP", "TCP", "COMMAND"})
  @Tag("R92")
  void await_firstGoodAnswerAtTheDeadline_isHealthyAfterTheSecond(Probe probe) throws Exception {
    try (Component component = component(probe)) {
      component.is(Answer.Kind.SILENT);
      time.at(DEADLINE, () -> component.is(Answer.Kind.WELL));

      assertThat(await(component, SAME).problem()).isNull();
      assertThat(time.passed()).isEqualTo(DEADLINE.plus(INTERVAL));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Probe.class,
      names = {"HTTP", "TCP", "COMMAND"})
  @Tag("R92")
  void await_goodOnlyAfterTheDeadline_isNotHealthy(Probe probe) throws Exception {
    try (Component component = component(probe)) {
      component.is(Answer.Kind.SILENT);
      time.at(DEADLINE.plusNanos(1), () -> component.is(Answer.Kind.WELL));

      assertThat(await(component, SAME).problem()).contains(" for 0.5 s; last log lines: ");
      assertThat(time.passed()).isEqualTo(DEADLINE);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Probe.class,
      names = {"HTTP", "TCP", "COMMAND"})
  @Tag("R92")
  void await_oneGoodAnswerTooFew_isNotHealthy(Probe probe) throws Exception {
    try (Component component = component(probe)) {
      component.is(Answer.Kind.SILENT);
      time.at(DEADLINE, () -> component.is(Answer.Kind.WELL));
      time.at(DEADLINE.plus(INTERVAL), () -> component.is(Answer.Kind.SILENT));

      assertThat(await(component, SAME).healthy()).isFalse();
      assertThat(time.passed()).isEqualTo(DEADLINE.plus(INTERVAL));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Probe.class,
      names = {"HTTP", "TCP", "COMMAND"})
  void await_firstAnswerAtTheDeadlineOfTheStart_isNoFailure(Probe probe) throws Exception {
    try (Component component = component(probe)) {
      component.is(Answer.Kind.SILENT);
      time.at(START, () -> component.is(Answer.Kind.WELL));

      assertThat(await(component, OWN).problem()).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Probe.class,
      names = {"HTTP", "TCP", "COMMAND"})
  void await_silentThroughTheDeadlineOfTheStart_isNotHealthy(Probe probe) throws Exception {
    try (Component component = component(probe)) {
      component.is(Answer.Kind.SILENT);
      time.at(START.plusNanos(1), () -> component.is(Answer.Kind.WELL));

      assertThat(await(component, OWN).problem()).contains(" for 2 s; last log lines: ");
      assertThat(time.passed()).isEqualTo(START);
    }
  }

  @ParameterizedTest
  @CsvSource({"HTTP, answered 503", "COMMAND, answered its command with exit 1"})
  void await_answersAndIsUnwell_hasTheShortDeadlineFromThere(Probe probe, String trouble)
      throws Exception {
    try (Component component = component(probe)) {
      component.is(Answer.Kind.SILENT);
      time.at(Duration.ofMillis(700), () -> component.is(Answer.Kind.UNWELL));

      assertThat(await(component, OWN).problem())
          .startsWith("backend 1.2.0 " + trouble + " for 0.5 s");
      assertThat(time.passed()).isEqualTo(DEADLINE.plusMillis(700));
    }
  }

  @Test
  void await_unwellAtFirstAndWellAtTheDeadlineOfThat_isHealthy() throws Exception {
    try (Component component = component(Probe.HTTP)) {
      component.is(Answer.Kind.UNWELL);
      time.at(DEADLINE, () -> component.is(Answer.Kind.WELL));

      assertThat(await(component, OWN).problem()).isNull();
      assertThat(time.passed()).isEqualTo(DEADLINE.plus(INTERVAL));
    }
  }

  @Test
  void await_answersNoMoreAfterItsFirstAnswer_getsNoSecondStart() throws Exception {
    try (Component component = component(Probe.TCP)) {
      component.is(Answer.Kind.WELL);
      time.at(INTERVAL, () -> component.is(Answer.Kind.SILENT));

      assertThat(await(component, OWN).problem())
          .contains("took no connection")
          .contains(" for 0.5 s");
      assertThat(time.passed()).isEqualTo(DEADLINE);
    }
  }

  @Test
  void await_processDiesWhileItIsSilent_endsAtOnce() throws Exception {
    try (Component component = component(Probe.HTTP)) {
      component.is(Answer.Kind.SILENT);
      time.at(DEADLINE, () -> process.crashes = 1);

      assertThat(await(component, OWN).problem())
          .contains("exited 0.3 s after its start, exit code 3");
      assertThat(time.passed()).isEqualTo(DEADLINE);
    }
  }

  /** Answers 200 or 503, or is not there. */
  private static final class Http implements Component {
    private final int port;
    private HttpServer server;
    private volatile int status;

    Http() throws IOException {
      port = freePort();
    }

    @Override
    public ComponentSettings.HealthSettings settings(Optional<Duration> startDeadline) {
      URI url = URI.create("http://127.0.0.1:" + port + "/health");
      return HealthDeadlineTest.settings(Probe.HTTP, url, 1, List.of(), startDeadline);
    }

    @Override
    public void is(Answer.Kind kind) throws IOException {
      close();
      status = kind == Answer.Kind.WELL ? 200 : 503;
      if (kind != Answer.Kind.SILENT) {
        server =
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext(
            "/",
            exchange -> {
              exchange.sendResponseHeaders(status, -1);
              exchange.close();
            });
        server.start();
      }
    }

    @Override
    public void close() {
      if (server != null) {
        server.stop(0);
        server = null;
      }
    }
  }

  /** Listens or does not. */
  private static final class Tcp implements Component {
    private final int port;
    private ServerSocket socket;

    Tcp() throws IOException {
      port = freePort();
    }

    @Override
    public ComponentSettings.HealthSettings settings(Optional<Duration> startDeadline) {
      return HealthDeadlineTest.settings(Probe.TCP, null, port, List.of(), startDeadline);
    }

    @Override
    public void is(Answer.Kind kind) throws IOException {
      close();
      if (kind == Answer.Kind.WELL) {
        socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      }
    }

    @Override
    public void close() {
      try {
        if (socket != null) {
          socket.close();
        }
      } catch (IOException failed) {
        throw new java.io.UncheckedIOException(failed);
      }
    }
  }

  /** Ends with what a file says. */
  private final class Command implements Component {
    private final Path file = root.resolve("exit");

    @Override
    public ComponentSettings.HealthSettings settings(Optional<Duration> startDeadline) {
      List<String> command = List.of("/bin/sh", "-c", "exit $(cat " + file + ")");
      return HealthDeadlineTest.settings(Probe.COMMAND, null, 1, command, startDeadline);
    }

    @Override
    public void is(Answer.Kind kind) throws IOException {
      Files.writeString(
          file,
          switch (kind) {
            case WELL -> "0";
            case UNWELL -> "1";
            case SILENT -> "75";
          });
    }

    @Override
    public void close() {
      // The folder goes with the test.
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
