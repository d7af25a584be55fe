package dev.lockstep.atomicupdates.lancache;

import com.sun.net.httpserver.HttpServer;
import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.config.SourceSettings;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.tuf.Fetcher;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the repository to devices without internet: {@code <url>metadata/…} and {@code
 * <url>targets/…}, from the hub's disk where it is there, else from the repository.
 *
 * <p>GET and HEAD, single ranges. A file that several ask for is fetched once, and given while it
 * comes. Only files of the repository of the settings are served; paths that would lead elsewhere,
 * and queries, are not found. Memory does not depend on the size of files. Devices verify what they
 * get, so this needs no trust: it can withhold, not forge.
 *
 * <p>A timestamp is at most two seconds old, other metadata ten minutes; targets are kept as long
 * as there is room, but only under the hash that they have. A kill leaves parts that are taken up
 * again, and never a wrong file under a right name.
 */
public final class LanCache implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LanCache.class);
  private static final int THREADS = 32;
  private static final int WAITING = 512;
  private static final int FILLS = 8;
  private static final long MEGABYTE = 1L << 20;

  static {
    // Read by the JDK's server when its first instance is made: answers on kept connections do not
    // wait for Nagle, and requests and answers that hang end.
    setDefault("sun.net.httpserver.nodelay", "true");
    setDefault("sun.net.httpserver.maxReqTime", "30");
    setDefault("sun.net.httpserver.maxRspTime", "3600");
    setDefault("jdk.httpserver.maxConnections", "1024");
  }

  private final HttpServer server;
  private final ThreadPoolExecutor threads;
  private final ThreadPoolExecutor fills;

  private LanCache(HttpServer server, ThreadPoolExecutor threads, ThreadPoolExecutor fills) {
    this.server = server;
    this.threads = threads;
    this.fills = fills;
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /**
   * Starts to serve.
   *
   * @param folder where files are kept; made where it is missing
   * @param maxMegabytes how much is kept
   * @param source the repository and its mirrors; asked directly, whatever {@code via} says
   * @throws AtomicUpdatesException {@code LAN_CACHE_UNUSABLE} if it cannot listen or keep files
   */
  public static LanCache start(
      InetSocketAddress listen,
      Path folder,
      int maxMegabytes,
      SourceSettings source,
      Fetcher fetcher,
      Clock clock) {
    InetSocketAddress address = new InetSocketAddress(listen.getHostString(), listen.getPort());
    try {
      CacheFolder kept = new CacheFolder(folder, maxMegabytes * MEGABYTE, clock);
      ThreadPoolExecutor fills =
          new ThreadPoolExecutor(
              0, FILLS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), named("lan-cache-fill"));
      ThreadPoolExecutor threads =
          new ThreadPoolExecutor(
              THREADS,
              THREADS,
              10,
              TimeUnit.SECONDS,
              new LinkedBlockingQueue<>(WAITING),
              named("lan-cache"));
      threads.allowCoreThreadTimeOut(true);
      HttpServer server = HttpServer.create(address, WAITING);
      server.createContext(
          "/", new CacheHandler(source, new Contents(kept, fetcher, fills), clock));
      server.setExecutor(threads);
      server.start();
      LOG.info("the cache for devices without internet listens at {}", server.getAddress());
      return new LanCache(server, threads, fills);
    } catch (IOException | RuntimeException unusable) {
      throw new AtomicUpdatesException.Staging(
          ErrorCode.ERROR_CODE_LAN_CACHE_UNUSABLE,
          ErrorCategory.ERROR_CATEGORY_OPERATOR,
          "cannot serve a cache of the repository at %s from %s: %s; correct lan_cache.listen"
              .formatted(listen, folder, unusable),
          unusable);
    }
  }

  private static java.util.concurrent.ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Where devices reach it, by this machine's own address. */
  public URI url() {
    InetSocketAddress address = server.getAddress();
    String host = address.getAddress().isAnyLocalAddress() ? "127.0.0.1" : address.getHostString();
    return URI.create("http://" + host + ":" + address.getPort() + "/");
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    fills.shutdownNow();
  }
}
