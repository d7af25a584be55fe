package dev.lockstep.frontendagent.bus;

import com.google.protobuf.Message;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.BusException;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Topic;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends what may be lost without harm: the next heartbeat, or the next question, repairs it. */
final class Outlet {
  private static final Logger LOG = LoggerFactory.getLogger(Outlet.class);
  private final Bus bus;

  Outlet(Bus bus) {
    this.bus = bus;
  }

  <M extends Message> void publish(Topic<M> topic, M message, Map<String, String> attributes) {
    attempt(topic, () -> bus.publish(topic, message, attributes));
  }

  /** A state message; a later one with the same key replaces it. */
  <M extends Message> void publishState(Topic<M> topic, M message, String key) {
    publish(topic, message, Map.of(Attributes.KEY, key));
  }

  /** A state message that answers a request. */
  <M extends Message> void answerState(Received<?> request, Topic<M> topic, M message, String key) {
    Map<String, String> attributes = new HashMap<>();
    attributes.put(Attributes.KEY, key);
    attributes.put(Attributes.CORRELATION_ID, request.correlationId());
    String replyTo = request.attributes().get(Attributes.REPLY_TO);
    if (replyTo != null) {
      attributes.put(Attributes.REPLY_TO, replyTo);
    }
    if (!request.source().isEmpty()) {
      attributes.put(Attributes.TO, request.source());
    }
    publish(topic, message, attributes);
  }

  <Q extends Message, A extends Message> void reply(Received<Q> request, Topic<A> topic, A answer) {
    attempt(topic, () -> bus.reply(request, topic, answer));
  }

  private static void attempt(Topic<?> topic, Runnable sending) {
    try {
      sending.run();
    } catch (BusException.Closed closed) {
      LOG.debug("{} is not sent: the bus is closed", topic);
    } catch (BusException notSent) {
      LOG.warn("{} is not sent: {}", topic, notSent.getMessage());
    }
  }
}
