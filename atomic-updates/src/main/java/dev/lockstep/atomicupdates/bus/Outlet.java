package dev.lockstep.atomicupdates.bus;

import com.google.protobuf.Message;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.BusException;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Topic;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes messages that may be lost without harm: what cannot be sent is logged, since whoever
 * misses it asks again, or is told again by the next heartbeat.
 */
final class Outlet {
  private static final Logger LOG = LoggerFactory.getLogger(Outlet.class);
  private final Bus bus;

  Outlet(Bus bus) {
    this.bus = bus;
  }

  <M extends Message> boolean publish(Topic<M> topic, M message, Map<String, String> attributes) {
    return attempt(topic, () -> bus.publish(topic, message, attributes));
  }

  /** Answers a request that has one answer. */
  <Q extends Message, A extends Message> boolean reply(
      Received<Q> request, Topic<A> topic, A answer) {
    return attempt(topic, () -> bus.reply(request, topic, answer));
  }

  private static boolean attempt(Topic<?> topic, Runnable publishing) {
    try {
      publishing.run();
      return true;
    } catch (BusException.Closed closed) {
      LOG.debug("{} is not sent: the bus is closed", topic);
    } catch (BusException notSent) {
      LOG.warn("{} is not sent: {}", topic, notSent.getMessage());
    }
    return false;
  }

  /**
   * Publishes what has to be told.
   *
   * @throws BusException where it cannot be sent now
   */
  <M extends Message> void require(Topic<M> topic, M message) {
    bus.publish(topic, message);
  }

  <M extends Message> boolean publish(Topic<M> topic, M message) {
    return publish(topic, message, Map.of());
  }
}
