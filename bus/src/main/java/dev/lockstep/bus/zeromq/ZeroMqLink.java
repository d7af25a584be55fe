package dev.lockstep.bus.zeromq;

import dev.lockstep.bus.BusException;
import dev.lockstep.bus.core.FrameLink;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQ;
import org.zeromq.ZMonitor;

/**
 * A {@link FrameLink} over a PUB and a SUB socket, both owned by one thread. Other threads put
 * commands and messages into queues and wake it.
 */
final class ZeroMqLink implements FrameLink {
  private static final Logger LOG = LoggerFactory.getLogger(ZeroMqLink.class);
  private static final int BURST = 1_000;
  private static final long IDLE_MILLIS = 10_000;
  private static final long DISCONNECTED_MILLIS = 500;
  private static final long BUSY_MILLIS = 5;
  private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final Duration END = Duration.ofSeconds(2);
  private static final byte[] LAST_VALUES = LastValueFeed.MARKER.getBytes(StandardCharsets.UTF_8);

  private final String source;
  private final ZeroMqBusSettings settings;
  private final Consumer<Throwable> onFailure;
  private final ZMQ.Context context;
  private final Wakeup wakeup = new Wakeup();
  private final BlockingQueue<Outgoing> outgoing;
  private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final Set<String> topics = new HashSet<>();
  private final ConnectionProbe probe;
  private final Thread owner;
  private Events events;
  private Sockets sockets;
  private String probeTopic;
  private boolean topicFrameSent;
  private boolean wasOpen;
  private boolean refusalLogged;
  private final BrokerHints hints = new BrokerHints();
  private long givenUp;
  private byte[] lastSent;
  private long lastEvent = System.nanoTime();
  private final NextTry nextTry = new NextTry();
  private volatile boolean connected;
  private volatile boolean closing;
  private volatile long closeDeadline;

  ZeroMqLink(String source, ZeroMqBusSettings settings, Consumer<Throwable> onFailure) {
    this.source = source;
    this.settings = settings;
    this.onFailure = onFailure;
    this.outgoing = new ArrayBlockingQueue<>(settings.sendQueue());
    this.probe = new ConnectionProbe(UUID.randomUUID().toString(), settings.heartbeat());
    this.context = ZMQ.context(1);
    context.setUncaughtExceptionHandler((thread, failure) -> onFailure.accept(failure));
    context.setNotificationExceptionHandler((thread, failure) -> connectionFailed(failure));
    this.owner = new Thread(this::run, "bus-" + source + "-sockets");
    owner.setDaemon(true);
  }

  /** While closing, a connection finds the way to its socket gone before it has heard of it. */
  private void connectionFailed(Throwable failure) {
    if (closing) {
      LOG.debug("a connection of bus {} ended while closing", source, failure);
    } else {
      LOG.warn("a connection of bus {} failed", source, failure);
    }
  }

  @Override
  public void start(Events receiver) {
    events = receiver;
    owner.start();
  }

  @Override
  public void send(byte[] topic, byte[] envelope) {
    if (closing) {
      throw new BusException.Closed("send");
    }
    if (!outgoing.offer(new Outgoing(topic, envelope, System.nanoTime()))) {
      throw new BusException.QueueFull(
          new String(topic, StandardCharsets.UTF_8), settings.sendQueue());
    }
    wakeup.wake();
  }

  @Override
  public void subscribe(String topic) {
    command(
        () -> {
          if (topics.add(topic) && sockets != null) {
            sockets.subscribe(topic);
            probe.subscriptionsChanged(System.nanoTime());
          }
        });
  }

  @Override
  public void unsubscribe(String topic) {
    command(
        () -> {
          if (topics.remove(topic) && sockets != null) {
            sockets.unsubscribe(topic);
          }
        });
  }

  @Override
  public boolean connected() {
    return connected;
  }

  @Override
  public void close() {
    if (closing) {
      return;
    }
    closeDeadline = System.nanoTime() + settings.linger().toNanos();
    closing = true;
    wakeup.wake();
    if (Shutdown.await(owner, settings.linger().plus(END))) {
      // Sockets linger inside the context, so its end takes as long as that.
      Shutdown.terminate(context, owner.getName(), settings.linger().plus(END));
      wakeup.close();
    }
  }

  private void command(Runnable command) {
    if (!closing) {
      commands.add(command);
      wakeup.wake();
    }
  }

  private void run() {
    try {
      while (!closing || (waitsToBeSent() && System.nanoTime() - closeDeadline < 0)) {
        step(System.nanoTime());
      }
    } catch (RuntimeException | Error e) {
      connected = false;
      onFailure.accept(e);
    } finally {
      connected = false;
      closeSockets(Math.max(1, settings.linger().toMillis()));
    }
  }

  private boolean waitsToBeSent() {
    return topicFrameSent || !outgoing.isEmpty() || !commands.isEmpty();
  }

  /** One turn of the owner: everything that touches sockets happens in here. */
  private void step(long now) {
    if (sockets == null) {
      reopen(now);
    }
    if (sockets == null) {
      pause();
    } else {
      sockets.poll(pollMillis(now));
    }
    wakeup.drain();
    for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
      command.run();
    }
    if (sockets == null) {
      giveUpOld(System.nanoTime());
      return;
    }
    receive();
    tryWay(System.nanoTime());
    if (sockets != null && probe.open()) {
      flush();
    } else {
      giveUpOld(System.nanoTime());
    }
  }

  private long pollMillis(long now) {
    if (probe.open() && waitsToBeSent()) {
      return BUSY_MILLIS; // The network's queue was full: it says nothing when it no longer is.
    }
    long next = TimeUnit.NANOSECONDS.toMillis(probe.nanosToNextProbe(now)) + 1;
    long longest = probe.open() ? IDLE_MILLIS : DISCONNECTED_MILLIS;
    return Math.min(closing ? BUSY_MILLIS : longest, next);
  }

  /** Without sockets there is nothing to poll. */
  private void pause() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(BUSY_MILLIS * 10));
  }

  private void receive() {
    for (int count = 0; count < BURST; count++) {
      byte[] topic = sockets.receive();
      if (topic == null) {
        return;
      }
      byte[] envelope = sockets.hasMore() ? sockets.receive() : null;
      int frames = envelope == null ? 1 : 2;
      while (sockets.hasMore()) {
        sockets.receive();
        frames++;
      }
      if (probeTopic != null && isProbe(topic)) {
        hints.lastValuesEnded();
        if (probe.echoed(new String(topic, StandardCharsets.UTF_8), System.nanoTime())) {
          opened();
        }
      } else if (frames == 2 && Arrays.equals(topic, LAST_VALUES)) {
        hints.told(envelope);
        probe.pace(hints.pace(), System.nanoTime());
      } else if (frames == 2 && hints.lastValues()) {
        events.retained(topic, envelope);
      } else if (frames == 2) {
        if (Arrays.equals(lastSent, envelope)) {
          probe.ownCameBack(System.nanoTime());
        }
        events.received(topic, envelope);
      } else {
        events.malformed("it has " + frames + " frames instead of 2");
      }
    }
  }

  @Override
  public Duration pace() {
    return hints.pace();
  }

  private static boolean isProbe(byte[] topic) {
    return topic.length > 0 && topic[0] == ConnectionProbe.PREFIX.charAt(0);
  }

  /** Keeps the way to the broker and back open. */
  private void tryWay(long now) {
    if (probe.subscriptionDue()) {
      if (probeTopic != null) {
        sockets.unsubscribe(probeTopic);
      }
      probeTopic = probe.topic();
      sockets.subscribe(probeTopic);
    }
    if (!topicFrameSent && probe.due(now)) {
      byte[] topic = probeTopic.getBytes(StandardCharsets.UTF_8);
      if (sockets.send(topic, true)) {
        sockets.send(new byte[0], false);
      }
    }
    if (probe.giveUpWaiting(now)) {
      LOG.info("bus {}: the broker does not return probes; it is taken as connected", source);
      opened();
    }
    boolean stuck = !probe.bothUp() && now - lastEvent > STUCK_NANOS;
    boolean wanted = nextTry.isDue(now);
    if (probe.silent(now) || stuck || wanted) {
      LOG.info("bus {}: connects anew", source);
      connected = false;
      closeSockets(0);
      nextTry.taken();
    }
  }

  private void opened() {
    refusalLogged = false;
    nextTry.worked();
    boolean anew = !wasOpen;
    wasOpen = true;
    connected = true;
    if (givenUp > 0) {
      LOG.warn("bus {}: connected again; {} messages were given up", source, givenUp);
      givenUp = 0;
    }
    if (anew) {
      sockets.reconnectSlowly();
      events.connected();
    }
  }

  private void flush() {
    for (int count = 0; count < BURST; count++) {
      Outgoing next = outgoing.peek();
      if (next == null) {
        return;
      }
      if (!topicFrameSent && !sockets.send(next.topic, true)) {
        return;
      }
      topicFrameSent = true;
      if (!sockets.send(next.envelope, false)) {
        return;
      }
      topicFrameSent = false;
      lastSent = next.envelope;
      outgoing.poll();
    }
  }

  /** What waited too long for a connection is as good as lost; its sender is told by the gap. */
  private void giveUpOld(long now) {
    int given = 0;
    for (Outgoing old = outgoing.peek();
        old != null && now - old.queuedAt > settings.hold().toNanos();
        old = outgoing.peek()) {
      outgoing.poll();
      given++;
    }
    if (given > 0 && givenUp == 0) {
      LOG.warn("bus {}: no connection to the broker; gives up what waited too long", source);
    }
    givenUp += given;
  }

  private void reopen(long now) {
    if (nextTry.isAhead(now)) {
      return;
    }
    nextTry.taken();
    lastEvent = now;
    wasOpen = false;
    topicFrameSent = false;
    probeTopic = null;
    hints.reset();
    probe.reset(now);
    try {
      Sockets[] mine = new Sockets[1];
      mine[0] =
          Sockets.connect(
              context,
              settings,
              wakeup,
              topics,
              (publisher, event) -> command(() -> happened(mine[0], publisher, event)));
      sockets = mine[0];
    } catch (RuntimeException e) {
      LOG.warn("bus {} cannot connect yet: {}", source, e.getMessage());
      nextTry.plan(now);
    }
  }

  private void happened(Sockets about, boolean publisher, ZMonitor.Event event) {
    if (about != sockets) {
      return; // Sockets that are closed by now.
    }
    long now = System.nanoTime();
    lastEvent = now;
    switch (event) {
      case HANDSHAKE_PROTOCOL -> probe.connection(publisher, true, now);
      case DISCONNECTED -> {
        probe.connection(publisher, false, now);
        if (!publisher) {
          hints.paceUnknown();
          probe.pace(hints.pace(), now);
        }
        wasOpen = false;
        connected = false;
      }
      case HANDSHAKE_FAILED_AUTH, HANDSHAKE_FAILED_PROTOCOL, HANDSHAKE_FAILED_NO_DETAIL -> {
        if (!refusalLogged) {
          LOG.warn(
              "bus {}: {} refuses the connection ({}); check that its key and ours are the ones"
                  + " that both sides know",
              source,
              publisher ? settings.publishAddress() : settings.subscribeAddress(),
              event);
          refusalLogged = true;
        }
        // A socket that was refused never tries again by itself.
        nextTry.plan(now);
      }
      default -> LOG.trace("bus {}: {}", source, event);
    }
  }

  private void closeSockets(long lingerMillis) {
    if (sockets != null) {
      sockets.close(lingerMillis);
      sockets = null;
    }
  }

  private record Outgoing(byte[] topic, byte[] envelope, long queuedAt) {}
}
