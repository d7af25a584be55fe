package dev.lockstep.bus.zeromq;

import dev.lockstep.bus.BusException;
import dev.lockstep.bus.core.RateLimitedLog;
import dev.lockstep.bus.core.Shown;
import dev.lockstep.bus.core.TokenBucket;
import dev.lockstep.bus.pairing.PairingCodes;
import dev.lockstep.bus.pairing.PairingRequests;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * Where new devices ask a hub to be let in; has a context, a thread and a port of its own, so that
 * strangers never get near the broker. Knows at most {@value #MOST_TALKS} talks at a time, each for
 * a minute, and begins two a second. The methods may be called from any thread.
 */
public final class PairingDesk implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PairingDesk.class);
  private static final int MOST_TALKS = 64;
  private static final long TALK_NANOS = Duration.ofMinutes(1).toNanos();
  private static final double TALKS_PER_SECOND = 2;
  private static final double TALK_BURST = 20;
  private static final double QUESTIONS_PER_SECOND = 100;
  private static final double QUESTION_BURST = 500;
  private static final Duration END = Duration.ofSeconds(3);

  private final RateLimitedLog audit = new RateLimitedLog(LOG);
  private final ZMQ.Context context = ZMQ.context(1);
  private final SecureRandom random = new SecureRandom();
  private final TokenBucket talkLimit =
      new TokenBucket(TALKS_PER_SECOND, TALK_BURST, System.nanoTime());
  private final TokenBucket questionLimit =
      new TokenBucket(QUESTIONS_PER_SECOND, QUESTION_BURST, System.nanoTime());
  private final Map<String, Talk> talks = new LinkedHashMap<>();
  private final Wakeup wakeup = new Wakeup();
  private final Certificate hub;
  private final PairingRequests requests;
  private final Consumer<Throwable> onFailure;
  private final String address;
  private final Thread thread;
  private volatile boolean closing;

  private record Talk(String device, byte[] commitment, byte[] nonce, long since) {}

  private PairingDesk(
      String address, Certificate hub, PairingRequests requests, Consumer<Throwable> onFailure) {
    this.hub = hub;
    this.requests = requests;
    this.onFailure = onFailure;
    context.setNotificationExceptionHandler(
        (worker, failure) -> audit.warn("connection", () -> "a pairing connection: " + failure));
    context.setUncaughtExceptionHandler((worker, failure) -> onFailure.accept(failure));
    ZMQ.Socket socket = context.socket(SocketType.ROUTER);
    try {
      new SocketOptions(PairingWire.MAX_FRAME, true, MOST_TALKS).apply(socket);
      socket.setCurveServer(true);
      socket.setCurvePublicKey(ZMQ.Curve.z85Decode(PairingWire.EVERYBODYS_PUBLIC_KEY));
      socket.setCurveSecretKey(ZMQ.Curve.z85Decode(PairingWire.EVERYBODYS_SECRET_KEY));
      socket.bind(address);
      this.address = socket.getLastEndpoint();
    } catch (ZMQException | IllegalArgumentException e) {
      socket.close();
      context.term();
      throw new BusException.AddressUnusable(
          address, "new devices cannot be let in there: " + e.getMessage(), "choose another port");
    }
    thread = new Thread(() -> run(socket), "pairing");
    thread.setDaemon(true);
  }

  /**
   * Listens for new devices.
   *
   * @param hub the broker's certificate, which devices get
   * @param folder where those wait whom a person has to accept
   * @param onFailure called if the desk can no longer work
   * @throws BusException.AddressUnusable if the address cannot be bound
   */
  public static PairingDesk open(
      String address, Certificate hub, java.nio.file.Path folder, Consumer<Throwable> onFailure) {
    PairingDesk desk =
        new PairingDesk(address, hub, new PairingRequests(folder, Clock.systemUTC()), onFailure);
    desk.thread.start();
    LOG.info("new devices may ask at {}", desk.address);
    return desk;
  }

  /** Where it listens, with the real port. */
  public String address() {
    return address;
  }

  @Override
  public void close() {
    closing = true;
    wakeup.wake();
    if (Shutdown.await(thread, END)) {
      Shutdown.terminate(context, "pairing", END);
      wakeup.close();
    }
  }

  private void run(ZMQ.Socket socket) {
    try (ZMQ.Poller poller = context.poller(2)) {
      poller.register(socket, ZMQ.Poller.POLLIN);
      poller.register(wakeup.channel(), ZMQ.Poller.POLLIN);
      while (!closing) {
        poller.poll(-1);
        wakeup.drain();
        List<byte[]> frames = PairingWire.receive(socket, ZMQ.DONTWAIT);
        while (!frames.isEmpty()) {
          answer(socket, frames);
          frames = PairingWire.receive(socket, ZMQ.DONTWAIT);
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

  private void answer(ZMQ.Socket socket, List<byte[]> frames) {
    byte[] peer = frames.get(0);
    String word = frames.size() < 2 ? "" : PairingWire.text(frames.get(1));
    long now = System.nanoTime();
    try {
      if (!questionLimit.take(1, now)) {
        throw refused("too many questions at once", "wait a moment");
      } else if (word.equals(PairingWire.HELLO) && frames.size() == 4) {
        hello(socket, peer, PairingWire.text(frames.get(2)), frames.get(3), now);
      } else if (word.equals(PairingWire.REVEAL) && frames.size() == 5) {
        reveal(PairingWire.text(frames.get(2)), frames.get(3), frames.get(4), now);
        PairingWire.send(socket, peer, PairingWire.WAIT);
      } else if (word.equals(PairingWire.ASK) && frames.size() == 3) {
        ask(socket, peer, PairingWire.text(frames.get(2)));
      } else {
        throw refused("this is not how to ask", "use the same version of Lockstep on both sides");
      }
    } catch (BusException.PairingRefused e) {
      audit.warn("refused", () -> "a device that wants to be let in: " + e.getMessage());
      PairingWire.send(socket, peer, PairingWire.REFUSED, PairingWire.bytes(e.getMessage()));
    }
  }

  private void hello(ZMQ.Socket socket, byte[] peer, String device, byte[] commitment, long now) {
    talks.values().removeIf(talk -> now - talk.since > TALK_NANOS);
    if (!talkLimit.take(1, now) || talks.size() >= MOST_TALKS) {
      throw refused("too many devices ask at once", "try again in a minute");
    }
    if (!device.matches("[a-z0-9][a-z0-9._-]{0,63}") || commitment.length != PairingCodes.BYTES) {
      throw refused("the device has no proper name", "set device.id to lower-case letters, digits");
    }
    String id = HexFormat.of().formatHex(random(16));
    Talk talk = new Talk(device, commitment, random(PairingCodes.BYTES), now);
    talks.put(id, talk);
    PairingWire.send(
        socket, peer, PairingWire.OFFER, PairingWire.bytes(id), hub.publicKeyBytes(), talk.nonce);
  }

  /** Each talk has one try: whoever committed to something else has to begin anew. */
  private void reveal(String id, byte[] key, byte[] nonce, long now) {
    Talk talk = talks.remove(id);
    if (talk == null || now - talk.since > TALK_NANOS) {
      throw refused("the hub knows nothing of this any more", "begin anew");
    }
    boolean sizes = key.length == PairingCodes.BYTES && nonce.length == PairingCodes.BYTES;
    if (!sizes
        || !MessageDigest.isEqual(
            talk.commitment, PairingCodes.commitment(talk.device, key, nonce))) {
      throw refused("the device reveals something else than it committed to", "begin anew");
    }
    PairingCodes codes = PairingCodes.of(talk.device, key, nonce, hub.publicKeyBytes(), talk.nonce);
    boolean added =
        requests.add(
            new PairingRequests.Request(
                id, talk.device, ZMQ.Curve.z85Encode(key), codes, Clock.systemUTC().instant()));
    if (!added) {
      throw refused("too many devices wait already", "accept or wait for some of them");
    }
    LOG.info("{} wants to be let in: compare its code", Shown.of(talk.device));
  }

  private void ask(ZMQ.Socket socket, byte[] peer, String id) {
    if (requests.isAccepted(id)) {
      PairingWire.send(socket, peer, PairingWire.ACCEPTED);
    } else if (requests.isWaiting(id)) {
      PairingWire.send(socket, peer, PairingWire.WAIT);
    } else {
      throw refused("nobody has accepted the device in time", "begin anew");
    }
  }

  private byte[] random(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static BusException.PairingRefused refused(String why, String remedy) {
    return new BusException.PairingRefused(why, remedy);
  }
}
