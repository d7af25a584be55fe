package dev.lockstep.bus.zeromq;

import dev.lockstep.bus.core.RateLimitedLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * Decides who may connect: answers the ZeroMQ Authentication Protocol (RFC 27) for all sockets of
 * one context, on a thread of its own. Whoever is not on the allow list is refused.
 */
final class ZapHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ZapHandler.class);
  private static final String ENDPOINT = "inproc://zeromq.zap.01";
  private static final String VERSION = "1.0";
  private static final int REQUEST_FRAMES = 6;
  private static final int KEY_BYTES = 32;
  private static final int MAX_FRAMES = 16;
  private static final long LOOK_MILLIS = 5_000;

  private final RateLimitedLog audit = new RateLimitedLog(LOG);
  private final ZMQ.Context context;
  private final AllowList allowed;
  private final Runnable onChange;
  private final Consumer<Throwable> onFailure;
  private final Wakeup wakeup = new Wakeup();
  private final CountDownLatch bound = new CountDownLatch(1);
  private final Thread thread;
  private final LongAdder admitted = new LongAdder();
  private final LongAdder turnedAway = new LongAdder();
  private long lastLook = System.nanoTime();
  private final FolderWatch watch;
  private volatile boolean wantsLook;
  private volatile boolean closing;

  /**
   * Not running yet.
   *
   * @param onChange called on the handler's thread when the known keys have changed
   */
  ZapHandler(
      ZMQ.Context context, AllowList allowed, Runnable onChange, Consumer<Throwable> onFailure) {
    this.context = context;
    this.allowed = allowed;
    this.onChange = onChange;
    this.onFailure = onFailure;
    this.watch = new FolderWatch(allowed.folder(), this::lookSoon);
    this.thread = new Thread(this::run, "broker-zap");
    thread.setDaemon(true);
  }

  /**
   * Returns once requests are answered. Without a handler ZeroMQ lets everybody in, so no socket
   * may be bound before.
   */
  boolean start(long millis) throws InterruptedException {
    thread.start();
    return bound.await(millis, TimeUnit.MILLISECONDS);
  }

  private void lookSoon() {
    wantsLook = true;
    wakeup.wake();
  }

  void close(java.time.Duration deadline) {
    closing = true;
    watch.close();
    wakeup.wake();
    if (Shutdown.await(thread, deadline)) {
      wakeup.close();
    }
  }

  long admitted() {
    return admitted.sum();
  }

  long turnedAway() {
    return turnedAway.sum();
  }

  private void run() {
    ZMQ.Socket socket = context.socket(SocketType.REP);
    try (ZMQ.Poller poller = context.poller(2)) {
      socket.setLinger(0);
      socket.bind(ENDPOINT);
      bound.countDown();
      watch.start();
      poller.register(socket, ZMQ.Poller.POLLIN);
      poller.register(wakeup.channel(), ZMQ.Poller.POLLIN);
      while (!closing) {
        poller.poll(LOOK_MILLIS);
        wakeup.drain();
        for (byte[] first = receive(socket); first != null; first = receive(socket)) {
          answer(socket, first);
        }
        if (wantsLook
            || System.nanoTime() - lastLook > TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)) {
          look();
        }
      }
    } catch (RuntimeException | Error e) {
      if (!closing) {
        onFailure.accept(e);
      }
    } finally {
      socket.close();
    }
  }

  private static byte[] receive(ZMQ.Socket socket) {
    return socket.recv(ZMQ.DONTWAIT);
  }

  private void answer(ZMQ.Socket socket, byte[] first) {
    List<byte[]> frames = new ArrayList<>();
    frames.add(first);
    while (socket.hasReceiveMore()) {
      byte[] next = socket.recv(ZMQ.DONTWAIT);
      if (frames.size() < MAX_FRAMES) {
        frames.add(next);
      }
    }
    if (frames.size() < REQUEST_FRAMES || !VERSION.equals(text(frames.get(0)))) {
      reply(socket, frames.size() > 1 ? frames.get(1) : new byte[0], "500", "Malformed", "");
      return;
    }
    Optional<AllowList.Known> known = Optional.empty();
    if (text(frames.get(5)).equals("CURVE")
        && frames.size() > REQUEST_FRAMES
        && frames.get(REQUEST_FRAMES).length == KEY_BYTES) {
      known = find(ZMQ.Curve.z85Encode(frames.get(REQUEST_FRAMES)), text(frames.get(3)));
    }
    if (known.isPresent()) {
      admitted.increment();
      LOG.debug("{} connects from {}", known.get(), text(frames.get(3)));
      reply(socket, frames.get(1), "200", "OK", known.get().token());
    } else {
      turnedAway.increment();
      reply(socket, frames.get(1), "400", "Unknown key", "");
    }
  }

  private Optional<AllowList.Known> find(String key, String from) {
    Optional<AllowList.Known> known = allowed.byKey(key);
    if (known.isEmpty()) {
      look(); // It may have been paired a moment ago.
      known = allowed.byKey(key);
    }
    if (known.isEmpty()) {
      audit.warn(from, () -> "refused a connection from " + from + ": nobody knows the key " + key);
    }
    if (known.isPresent() && allowed.isSuspended(known.get(), System.nanoTime())) {
      Optional<AllowList.Known> who = known;
      audit.warn(from, () -> "refused " + who.get() + " from " + from + ": it is cut off for now");
      return Optional.empty();
    }
    return known;
  }

  private void look() {
    wantsLook = false;
    if (allowed.reload()) {
      onChange.run();
    }
    lastLook = System.nanoTime();
  }

  private static void reply(
      ZMQ.Socket socket, byte[] requestId, String status, String text, String userId) {
    socket.sendMore(VERSION);
    socket.sendMore(requestId);
    socket.sendMore(status);
    socket.sendMore(text);
    socket.sendMore(userId);
    socket.send(new byte[0]);
  }

  private static String text(byte[] frame) {
    return new String(frame, StandardCharsets.UTF_8);
  }
}
