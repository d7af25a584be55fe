package dev.lockstep.sample;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/**
 * Serves the files of a release on loopback, as a kiosk's local web server would: for frontends
 * that are nothing but files.
 *
 * <p>Environment: {@code PORT}. Argument: the folder. It is resolved once, so the release that was
 * active at the start is served until the restart.
 */
public final class StaticFrontend {
  private StaticFrontend() {}

  /** Runs until it is stopped. */
  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[0]).toRealPath();
    int port = Integer.parseInt(System.getenv("PORT"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
    server.setExecutor(Executors.newFixedThreadPool(4));
    server.createContext("/", exchange -> serve(root, exchange));
    server.start();
    System.out.println("serving " + root.getFileName());
  }

  private static void serve(Path root, HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      Path file = root.resolve(path.substring(1) + (path.endsWith("/") ? "index.html" : ""));
      boolean inside = file.normalize().startsWith(root);
      if (!inside || !Files.isRegularFile(file) || !file.toRealPath().startsWith(root)) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      exchange.sendResponseHeaders(200, Files.size(file) == 0 ? -1 : Files.size(file));
      try (OutputStream out = exchange.getResponseBody()) {
        Files.copy(file, out);
      }
    }
  }
}
