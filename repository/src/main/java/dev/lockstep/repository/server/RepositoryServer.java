package dev.lockstep.repository.server;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpServer;
import dev.lockstep.repository.RepositoryException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Serves one repository's folder over HTTP: {@code <url>metadata/…} and {@code <url>targets/…}.
 *
 * <p>GET and HEAD, single ranges, ETags. Every request reads the file system, so what is published
 * is served at once and nothing is read at start. At most {@value #THREADS} requests are answered
 * at a time; others wait.
 */
public final class RepositoryServer implements AutoCloseable {
  private static final int THREADS = 32;
  private static final int BACKLOG = 512;

  static {
    // The JDK's server reads these when its first instance is made. Without the first, answers on
    // kept connections wait 40 ms for Nagle; the others end requests and answers that hang.
    setDefault("sun.net.httpserver.nodelay", "true");
    setDefault("sun.net.httpserver.maxReqTime", "30");
    setDefault("sun.net.httpserver.maxRspTime", "3600");
    setDefault("jdk.httpserver.maxConnections", "1024");
  }

  private final HttpServer server;
  private final ThreadPoolExecutor threads;
  private final AtomicLong requests;
  private final AtomicLong bytesSent;

  private RepositoryServer(
      HttpServer server, ThreadPoolExecutor threads, AtomicLong requests, AtomicLong bytesSent) {
    this.server = server;
    this.threads = threads;
    this.requests = requests;
    this.bytesSent = bytesSent;
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /**
   * Starts to serve.
   *
   * @param repository the repository's folder; may still be empty
   * @param address where to listen; port 0 for a free one
   * @throws RepositoryException.StateUnusable if the address cannot be bound
   */
  public static RepositoryServer start(Path repository, InetSocketAddress address) {
    return start(repository, address, AccessListener.NONE, List.of());
  }

  /**
   * The same, telling somebody of every request, and with filters that see requests first.
   *
   * @param filters in order; for example for authentication
   */
  public static RepositoryServer start(
      Path repository,
      InetSocketAddress address,
      AccessListener listener,
      List<? extends Filter> filters) {
    AtomicLong requests = new AtomicLong();
    AtomicLong bytesSent = new AtomicLong();
    AccessListener counting =
        access -> {
          requests.incrementAndGet();
          bytesSent.addAndGet(access.bytes());
          listener.accessed(access);
        };
    try {
      HttpServer server = HttpServer.create(address, BACKLOG);
      HttpContext context =
          server.createContext(
              "/",
              new RepositoryHandler(
                  repository.toAbsolutePath().normalize(), counting, Clock.systemUTC()));
      context.getFilters().addAll(filters);
      ThreadPoolExecutor threads = threads();
      server.setExecutor(threads);
      server.start();
      return new RepositoryServer(server, threads, requests, bytesSent);
    } catch (IOException unusable) {
      throw new RepositoryException.StateUnusable(
          "serve at " + address,
          String.valueOf(unusable.getMessage()),
          "choose another --port or --bind",
          unusable);
    }
  }

  private static ThreadPoolExecutor threads() {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "repository-server-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Where it is reached from this machine; ends with a slash. */
  public URI url() {
    InetAddress bound = server.getAddress().getAddress();
    String host = bound.isAnyLocalAddress() ? "127.0.0.1" : bound.getHostAddress();
    return URI.create(
        "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port() + "/");
  }

  /** How many requests were answered. */
  public long requests() {
    return requests.get();
  }

  /** How many bytes of bodies were sent. */
  public long bytesSent() {
    return bytesSent.get();
  }

  /** Stops at once; requests that are being answered are cut off. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
