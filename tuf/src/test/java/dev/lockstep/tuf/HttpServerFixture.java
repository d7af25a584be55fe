package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A real HTTP server for one test, and fetchers for it. */
abstract class HttpServerFixture {
  static final byte[] BODY = "0123456789".getBytes(StandardCharsets.US_ASCII);
  static final HttpSettings PLAIN =
      HttpSettings.defaults()
          .withPlainHttp(true)
          .withTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20));

  /** For servers that fall silent. */
  static final HttpSettings IMPATIENT =
      PLAIN.withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(400));

  final AtomicInteger hits = new AtomicInteger();
  final List<Duration> sleeps = new ArrayList<>();
  final ManualClock clock = new ManualClock();
  HttpServer server;
  ExecutorService threads;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  URI at(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  void serve(String path, HttpHandler handler) {
    server.createContext(
        path,
        exchange -> {
          hits.incrementAndGet();
          try (exchange) {
            handler.handle(exchange);
          }
        });
  }

  static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  HttpFetcher fetcher(HttpSettings settings) {
    return new HttpFetcher(settings, clock, sleeps::add, System::nanoTime);
  }

  static FetchException failure(ThrowingCallable call) {
    FetchException[] caught = new FetchException[1];
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FetchException.class, e -> caught[0] = e)
        .hasMessageStartingWith("cannot fetch ");
    return caught[0];
  }
}
