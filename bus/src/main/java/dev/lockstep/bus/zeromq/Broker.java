package dev.lockstep.bus.zeromq;

import dev.lockstep.bus.BusException;
import dev.lockstep.bus.core.RateLimitedLog;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * The broker: every message goes through it, and only those pass whose key has the right to their
 * topic.
 *
 * <p>With keys, whoever is not in the folder of authorized keys is refused; a change of the folder
 * is noticed at once where the file system tells, and within five seconds elsewhere. When a key is
 * taken away or changed, its open connections are closed.
 *
 * <p>The methods may be called from any thread.
 */
public final class Broker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Broker.class);
  private static final Duration END = Duration.ofSeconds(3);
  private static final long ZAP_START_MILLIS = 5_000;

  private final ZMQ.Context context = ZMQ.context(1);
  private final AtomicBoolean closing = new AtomicBoolean();
  private final AtomicBoolean failed = new AtomicBoolean();
  private final Wakeup wakeup = new Wakeup();
  private final RateLimitedLog complaints = new RateLimitedLog(LOG);
  private final Consumer<Throwable> onFailure;
  private final Optional<ZapHandler> zap;
  private final Optional<AllowList> allowed;
  private String publishAddress;
  private String subscribeAddress;
  private volatile ForwardingLoop loop;
  private Thread thread;

  private Broker(BrokerSettings settings, Consumer<Throwable> onFailure) {
    this.onFailure = onFailure;
    this.allowed = settings.curve().map(server -> new AllowList(server.authorizedKeys()));
    context.setUncaughtExceptionHandler((dead, failure) -> fail(failure));
    context.setNotificationExceptionHandler(
        (worker, failure) ->
            complaints.warn("connection", () -> "a connection to the broker failed: " + failure));
    this.zap = allowed.map(list -> new ZapHandler(context, list, this::keysChanged, this::fail));
  }

  /**
   * Starts a broker; when this returns, it listens.
   *
   * @param onFailure called once, on the failed thread, if a thread of the broker dies; the process
   *     should end then, as messages no longer pass
   * @throws BusException.AddressUnusable if an address is in use, not of this machine, or not
   *     allowed without keys
   * @throws BusException.KeyUnusable if the folder of authorized keys cannot be read
   */
  public static Broker start(BrokerSettings settings, Consumer<Throwable> onFailure) {
    ClassPathOrder.check();
    Broker broker = new Broker(settings, onFailure);
    try {
      broker.listen(settings);
      return broker;
    } catch (RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  /** Where publishers connect, with the real port. */
  public String publishAddress() {
    return publishAddress;
  }

  /** Where subscribers connect, with the real port. */
  public String subscribeAddress() {
    return subscribeAddress;
  }

  /** What was counted so far. */
  public BrokerStatistics statistics() {
    return loop.statistics(
        zap.map(ZapHandler::admitted).orElse(0L), zap.map(ZapHandler::turnedAway).orElse(0L));
  }

  /** Stops listening and lets go of ports and threads; returns within seconds. */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    wakeup.wake();
    boolean ended = thread == null || Shutdown.await(thread, END);
    zap.ifPresent(handler -> handler.close(END));
    if (ended) {
      Shutdown.terminate(context, "broker", END);
      wakeup.close();
    }
  }

  private void listen(BrokerSettings settings) {
    startZap();
    ForwardingLoop forwarding = new ForwardingLoop(context, allowed, settings);
    ZMQ.Socket publishers = forwarding.publishers();
    ZMQ.Socket subscribers = forwarding.readers();
    try {
      prepare(publishers, settings);
      prepare(subscribers, settings);
      publishAddress = bind(publishers, settings.publishAddress());
      subscribeAddress = bind(subscribers, settings.subscribeAddress());
      loop = forwarding;
    } catch (RuntimeException e) {
      publishers.close();
      subscribers.close();
      throw e;
    }
    // The sockets change hands here; starting the thread makes what was done to them visible.
    thread = new Thread(() -> run(publishers, subscribers), "broker");
    thread.setDaemon(true);
    thread.start();
    LOG.info("the broker listens on {} and {}", publishAddress, subscribeAddress);
  }

  /** Called by the gatekeeper's thread. */
  private void keysChanged() {
    ForwardingLoop running = loop;
    if (running != null) {
      running.keysChanged();
      wakeup.wake();
    }
  }

  private void startZap() {
    if (zap.isEmpty()) {
      return;
    }
    try {
      if (!zap.get().start(ZAP_START_MILLIS)) {
        throw new IllegalStateException("cannot start the broker: its gatekeeper does not start");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("cannot start the broker: interrupted", e);
    }
  }

  private static void prepare(ZMQ.Socket socket, BrokerSettings settings) {
    boolean curve = settings.curve().isPresent();
    new SocketOptions(settings.maxMessageSize(), curve, settings.queue()).apply(socket);
    if (curve) {
      Certificate own = settings.curve().get().own();
      socket.setCurveServer(true);
      socket.setCurvePublicKey(own.publicKeyBytes());
      socket.setCurveSecretKey(own.secretKeyBytes());
      socket.setZapDomain("lockstep");
    }
  }

  private static String bind(ZMQ.Socket socket, String address) {
    Address.parse(address).removeStaleSocketFile();
    try {
      if (!socket.bind(address)) {
        throw inUse(address);
      }
    } catch (ZMQException e) {
      throw inUse(address);
    } catch (IllegalArgumentException | zmq.ZError.IOException | AssertionError e) {
      throw new BusException.AddressUnusable(
          address, "it cannot be bound: " + e.getMessage(), "correct the address");
    }
    return socket.getLastEndpoint();
  }

  private static BusException.AddressUnusable inUse(String address) {
    return new BusException.AddressUnusable(
        address,
        "another process listens there, or it is no address of this machine",
        "end that process (another broker?) or choose another port or address");
  }

  private void run(ZMQ.Socket publishers, ZMQ.Socket subscribers) {
    try {
      loop.run(context, wakeup, closing::get);
    } catch (RuntimeException | Error e) {
      fail(e);
    } finally {
      publishers.close();
      subscribers.close();
    }
  }

  private void fail(Throwable failure) {
    if (!closing.get() && failed.compareAndSet(false, true)) {
      LOG.error("the broker no longer works", failure);
      onFailure.accept(failure);
    }
  }
}
