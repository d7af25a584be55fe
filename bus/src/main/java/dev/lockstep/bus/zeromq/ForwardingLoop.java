package dev.lockstep.bus.zeromq;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;
import org.zeromq.ZMQ;
import zmq.Msg;
import zmq.io.Metadata;

/**
 * Moves messages from publishers to subscribers, on the one thread that owns both sockets.
 *
 * <p>The XSUB socket subscribes to everything once and for all: a publisher need not learn who
 * listens before its first message counts.
 */
final class ForwardingLoop {
  private static final int BURST = 1_000;
  private static final long IDLE_MILLIS = 30_000;
  private static final int MAX_TOPIC = 255;
  private static final byte[] EVERYTHING = {1};

  private final ZMQ.Socket publishers;
  private final ZMQ.Socket subscribers;
  private final Gate gate;
  private final LongAdder forwarded = new LongAdder();

  ForwardingLoop(ZMQ.Socket publishers, ZMQ.Socket subscribers, Gate gate) {
    this.publishers = publishers;
    this.subscribers = subscribers;
    this.gate = gate;
    publishers.send(EVERYTHING);
  }

  long forwarded() {
    return forwarded.sum();
  }

  /** Runs until it is to stop; the wake-up makes it look. */
  void run(ZMQ.Context context, Wakeup wakeup, java.util.function.BooleanSupplier stop) {
    try (ZMQ.Poller poller = context.poller(3)) {
      poller.register(publishers, ZMQ.Poller.POLLIN);
      poller.register(subscribers, ZMQ.Poller.POLLIN);
      poller.register(wakeup.channel(), ZMQ.Poller.POLLIN);
      while (!stop.getAsBoolean()) {
        poller.poll(IDLE_MILLIS);
        wakeup.drain();
        takeSubscriptions();
        forwardBurst();
      }
    }
  }

  /** New subscriptions come first, so that who has just subscribed gets what follows. */
  private void takeSubscriptions() {
    Msg subscription = subscribers.base().recv(ZMQ.DONTWAIT);
    while (subscription != null) {
      subscription = subscribers.base().recv(ZMQ.DONTWAIT);
    }
  }

  private void forwardBurst() {
    for (int count = 0; count < BURST; count++) {
      Msg topic = publishers.base().recv(ZMQ.DONTWAIT);
      if (topic == null) {
        return;
      }
      Msg envelope = null;
      int frames = 1;
      for (Msg last = topic; last != null && last.hasMore(); frames++) {
        last = publishers.base().recv(ZMQ.DONTWAIT);
        envelope = frames == 1 ? last : envelope;
      }
      forward(topic, envelope, frames);
    }
  }

  private void forward(Msg topic, Msg envelope, int frames) {
    // Only the payload frames of a connection carry what the broker itself knows about it.
    Metadata metadata = topic.getMetadata();
    String token = metadata == null ? null : metadata.get(Metadata.USER_ID);
    if (frames != 2 || envelope == null || topic.size() > MAX_TOPIC) {
      gate.malformed(token, frames);
      return;
    }
    String name = new String(topic.data(), StandardCharsets.UTF_8);
    if (gate.mayPass(token, name, envelope)) {
      subscribers.base().send(topic, ZMQ.SNDMORE);
      subscribers.base().send(envelope, 0);
      forwarded.increment();
    }
  }
}
