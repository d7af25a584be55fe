package dev.lockstep.sample;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A tiny HTTP server on loopback: a path, a handler, a short body each way. */
public final class Http implements AutoCloseable {
  private static final int MAX_BODY = 64 * 1024;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);

  /** A server that does not listen yet. */
  public Http(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
    server.setExecutor(threads);
  }

  /** An answer. */
  public record Answer(int status, String body) {
    /** A good answer. */
    public static Answer ok(String body) {
      return new Answer(200, body);
    }
  }

  /** Answers a request with that body. */
  public interface Handler {
    /** Answers. */
    Answer handle(String method, String body) throws IOException;
  }

  /** Hands requests for exactly that path to the handler. */
  public void on(String path, Handler handler) {
    server.createContext(path, exchange -> answer(exchange, path, handler));
  }

  /** Listens. */
  public void start() {
    server.start();
  }

  private static void answer(HttpExchange exchange, String path, Handler handler)
      throws IOException {
    try (exchange) {
      if (!exchange.getRequestURI().getPath().equals(path)) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY);
      Answer answer =
          handler.handle(exchange.getRequestMethod(), new String(body, StandardCharsets.UTF_8));
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
