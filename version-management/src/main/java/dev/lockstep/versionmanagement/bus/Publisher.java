package dev.lockstep.versionmanagement.bus;

import com.google.protobuf.Message;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.BusException;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Topic;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes; what the bus does not take is logged here and said again later. */
final class Publisher {
  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
  private final Bus bus;

  Publisher(Bus bus) {
    this.bus = bus;
  }

  <M extends Message> void publish(Topic<M> topic, M message) {
    attempt(topic, () -> bus.publish(topic, message));
  }

  /** Of a state topic: a later message with the same key replaces this one. */
  <M extends Message> void publish(Topic<M> topic, String key, M message) {
    attempt(topic, () -> bus.publish(topic, message, Map.of(Attributes.KEY, key)));
  }

  <Q extends Message, A extends Message> void reply(Received<Q> request, Topic<A> topic, A answer) {
    attempt(topic, () -> bus.reply(request, topic, answer));
  }

  private static void attempt(Topic<?> topic, Runnable publication) {
    try {
      publication.run();
    } catch (BusException lost) {
      LOG.warn("{}: {} ({})", lost.code(), lost.getMessage(), topic);
    }
  }
}
