package dev.lockstep.testkit;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import dev.lockstep.repository.server.Access;
import dev.lockstep.repository.server.AccessListener;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes the server of a {@link TestRepository} misbehave. Each fault holds for the paths that
 * contain a text, until {@link #clear} or for a number of requests; of several that fit, the one
 * added last acts. Thread-safe.
 */
public final class ServerFaults {
  private final List<Fault> faults = new CopyOnWriteArrayList<>();
  private final AccessListener listener;

  ServerFaults(AccessListener listener) {
    this.listener = listener;
  }

  /** What a fault does to one request. */
  @FunctionalInterface
  private interface Action {
    void act(HttpExchange exchange, Filter.Chain chain) throws IOException;
  }

  private record Fault(String pathPart, AtomicInteger left, Action action) {
    boolean takes(String path) {
      return path.contains(pathPart)
          && left.getAndUpdate(count -> count > 0 ? count - 1 : count) != 0;
    }
  }

  /** Begins a fault for all paths that contain a text, such as "timestamp.json" or "/targets/". */
  public Rule on(String pathPart) {
    return new Rule(pathPart, -1);
  }

  /** Ends all faults; requests that are held go on. */
  public void clear() {
    faults.clear();
    gates.forEach(BodyGate::open);
    gates.clear();
  }

  private final List<BodyGate> gates = new CopyOnWriteArrayList<>();

  /** A fault that is being described. */
  public final class Rule {
    private final String pathPart;
    private final int times;

    private Rule(String pathPart, int times) {
      this.pathPart = pathPart;
      this.times = times;
    }

    /** Only for the next requests. */
    public Rule times(int count) {
      return new Rule(pathPart, count);
    }

    /** Only for the next request. */
    public Rule once() {
      return times(1);
    }

    /** Answers with a status and no body: 404, 500, 503. */
    public void status(int status) {
      add((exchange, chain) -> refuse(exchange, status));
    }

    /** Answers 429, or another status, and says when to come again. */
    public void status(int status, Duration retryAfter) {
      add(
          (exchange, chain) -> {
            exchange.getResponseHeaders().set("Retry-After", Long.toString(retryAfter.toSeconds()));
            refuse(exchange, status);
          });
    }

    /** Answers 302 to another address. */
    public void redirect(String location) {
      add(
          (exchange, chain) -> {
            exchange.getResponseHeaders().set("Location", location);
            refuse(exchange, 302);
          });
    }

    /** Closes the connection without an answer. */
    public void hangUp() {
      add((exchange, chain) -> exchange.close());
    }

    /** Closes the connection after so many bytes of the body. */
    public void truncate(long bytes) {
      body(out -> new FaultyBody.Truncated(out, bytes));
    }

    /** Changes one bit of the byte at an offset of the body that is sent. */
    public void corrupt(long offset) {
      body(out -> new FaultyBody.Corrupted(out, offset));
    }

    /** Sends the body at about that many bytes a second. */
    public void slow(int bytesPerSecond) {
      BodyGate closing = new BodyGate();
      gates.add(closing);
      body(out -> new FaultyBody.Slow(out, bytesPerSecond, closing));
    }

    /**
     * Holds the body after so many bytes until the gate is opened. Shows a test that the transfer
     * has come so far, and lets it act before it goes on.
     */
    public BodyGate hold(long bytes) {
      BodyGate gate = new BodyGate();
      gates.add(gate);
      body(out -> new FaultyBody.Held(out, bytes, gate));
      return gate;
    }

    /** Answers with other bytes than those of the file. */
    public void replace(byte[] content) {
      add(
          (exchange, chain) -> {
            exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
            record(exchange, 200, content.length);
          });
    }

    /** Sends up to so many bytes, without saying how many there will be. */
    public void endless(long bytes) {
      add(
          (exchange, chain) -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] some = new byte[1 << 16];
            long sent = 0;
            try {
              for (; sent < bytes; sent += some.length) {
                exchange.getResponseBody().write(some);
              }
            } finally {
              exchange.close();
              record(exchange, 200, sent);
            }
          });
    }

    private void body(FaultyBody.Wrapper wrapper) {
      add(
          (exchange, chain) -> {
            exchange.setStreams(null, wrapper.wrap(exchange.getResponseBody()));
            chain.doFilter(exchange);
          });
    }

    private void add(Action action) {
      faults.add(0, new Fault(pathPart, new AtomicInteger(times), action));
    }
  }

  private void refuse(HttpExchange exchange, int status) throws IOException {
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
    record(exchange, status, 0);
  }

  private void record(HttpExchange exchange, int status, long bytes) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    listener.accessed(
        new Access(
            Instant.now(),
            exchange.getRequestMethod(),
            exchange.getRequestURI().getPath(),
            range == null ? "" : range,
            status,
            bytes));
  }

  /** What the server asks first. */
  Filter filter() {
    return new Filter() {
      @Override
      public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        String path = exchange.getRequestURI().getPath();
        for (Fault fault : faults) {
          if (fault.takes(path)) {
            fault.action().act(exchange, chain);
            return;
          }
        }
        chain.doFilter(exchange);
      }

      @Override
      public String description() {
        return "faults that a test has ordered";
      }
    };
  }
}
