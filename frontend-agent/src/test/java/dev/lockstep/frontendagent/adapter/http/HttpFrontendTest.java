package dev.lockstep.frontendagent.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.lockstep.frontendagent.port.Frontend;
import dev.lockstep.frontendagent.port.FrontendException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpFrontendTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private final Map<String, String> bodies = new ConcurrentHashMap<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private HttpServer server;
  private Frontend frontend;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
    frontend = new HttpFrontend("kiosk-ui", address(), Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @AfterEach
  void stop() {
    released.countDown();
    server.stop(0);
  }

  private URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/some/health");
  }

  private void on(String path, int status, String answer) {
    on(path, status, answer.getBytes(StandardCharsets.UTF_8));
  }

  private void on(String path, int status, byte[] answer) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            bodies.put(path, new String(body, StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
          }
        });
  }

  private static Frontend.Request request() {
    return new Frontend.Request("job", "hub", "backend", "1.1.0", true, Duration.ofSeconds(5));
  }

  @Test
  @Tag("R89")
  void canUpdate_2xx_isReadyAndToldWhatRestarts() {
    on("/lockstep/prepare", 204, "");
    assertThat(frontend.canUpdate(request())).isEmpty();
    assertThat(bodies.get("/lockstep/prepare"))
        .contains("\"component\":\"backend\"", "\"to_version\":\"1.1.0\"", "\"critical\":true");
  }

  @Test
  @Tag("R111")
  void showStore_newerThere_isTheLinkAndTheMinimumAndThenNothing() {
    on("/lockstep/store", 204, "");

    frontend.showStore(
        Optional.of(
            new Frontend.StoreNotice(
                "kiosk-ui", "1.0.0", "2.0.0", "1.8.0", "https://store.example/app", true)));

    assertThat(bodies.get("/lockstep/store"))
        .isEqualTo(
            "{\"component\":\"kiosk-ui\",\"from_version\":\"1.0.0\",\"to_version\":\"2.0.0\","
                + "\"minimum_version\":\"1.8.0\",\"store_link\":\"https://store.example/app\","
                + "\"too_old\":true}");

    frontend.showStore(Optional.empty());

    assertThat(bodies.get("/lockstep/store")).isEmpty();
  }

  @Test
  @Tag("R111")
  void showStore_500_failed() {
    on("/lockstep/store", 500, "");
    assertThatExceptionOfType(FrontendException.Failed.class)
        .isThrownBy(() -> frontend.showStore(Optional.empty()));
  }

  @Test
  @Tag("R89")
  void canUpdate_409_isInhibition() {
    on(
        "/lockstep/prepare",
        409,
        "{\"owner\":\"till\",\"reason\":\"paying\",\"until\":\"2026-11-21T10:05:00Z\"}");
    assertThat(frontend.canUpdate(request()))
        .contains(new Frontend.Inhibition("till", "paying", Instant.parse("2026-11-21T10:05:00Z")));
  }

  @Test
  void canUpdate_409WithoutBody_isInhibitionOfOneMinute() {
    on("/lockstep/prepare", 409, "");
    assertThat(frontend.canUpdate(request()))
        .contains(new Frontend.Inhibition("kiosk-ui", "it is busy", NOW.plusSeconds(60)));
  }

  @Test
  void canUpdate_409WithNonsense_failed() {
    on("/lockstep/prepare", 409, "{\"until\":\"tomorrow\"}");
    assertThatExceptionOfType(FrontendException.Failed.class)
        .isThrownBy(() -> frontend.canUpdate(request()));
  }

  @Test
  void everything_404_takesNoPart() {
    assertThat(frontend.canUpdate(request())).isEmpty();
    assertThat(frontend.drain(request())).isEmpty();
    frontend.restored(new byte[] {1});
    frontend.showNotice(Optional.empty());
  }

  @Test
  void canUpdate_500_failed() {
    on("/lockstep/prepare", 500, "");
    assertThatExceptionOfType(FrontendException.Failed.class)
        .isThrownBy(() -> frontend.canUpdate(request()))
        .withMessageContaining("500");
  }

  @Test
  void drain_nobodyListens_notRunning() {
    server.stop(0);
    assertThatExceptionOfType(FrontendException.NotRunning.class)
        .isThrownBy(() -> frontend.drain(request()));
  }

  @Test
  void drain_noAnswerInTime_failed() {
    server.createContext(
        "/lockstep/drain",
        exchange -> {
          try (exchange) {
            released.await(30, TimeUnit.SECONDS);
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
        });
    Frontend.Request hasty =
        new Frontend.Request("job", "hub", "backend", "", false, Duration.ofMillis(200));
    assertThatExceptionOfType(FrontendException.Failed.class)
        .isThrownBy(() -> frontend.drain(hasty))
        .withMessageContaining("200 ms");
  }

  @Test
  @Tag("R109")
  void drainAndRestored_stateIsIdentical() {
    on("/lockstep/drain", 200, "said=17");
    on("/lockstep/restored", 200, "");
    byte[] state = frontend.drain(request());
    frontend.restored(state);
    assertThat(bodies.get("/lockstep/restored")).isEqualTo("said=17");
  }

  @Test
  void drain_stateIsTooLong_failed() {
    on("/lockstep/drain", 200, new byte[100_000]);
    assertThatExceptionOfType(FrontendException.Failed.class)
        .isThrownBy(() -> frontend.drain(request()))
        .withMessageContaining("longer");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200|{\"postpone_seconds\": 600}|600",
        "404|{\"postpone_seconds\": 600}|0",
        "200|''|0",
        "200|ok|0",
        "200|<html>|0",
        "200|[]|0",
        "200|{\"postpone_seconds\": -5}|0"
      })
  @Tag("R112")
  void showNotice_answer_isAWishForMoreTimeWhereItSaysSo(int status, String answer, long wish) {
    on("/lockstep/notice", status, answer);
    assertThat(frontend.showNotice(Optional.empty()))
        .isEqualTo(wish == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(wish)));
  }

  @Test
  @Tag("R112")
  void showNotice_planned_thenNothing() {
    on("/lockstep/notice", 200, "");
    frontend.showNotice(
        Optional.of(
            new Frontend.ShownNotice(
                "n",
                "hub",
                "backend",
                NOW.plusSeconds(30),
                Duration.ofSeconds(5),
                Optional.empty(),
                "update",
                "1.0.0",
                "1.1.0")));
    assertThat(bodies.get("/lockstep/notice"))
        .contains("\"at\":\"2026-11-21T10:00:30Z\"", "\"in_seconds\":30");
    frontend.showNotice(Optional.empty());
    assertThat(bodies.get("/lockstep/notice")).isEmpty();
  }
}
