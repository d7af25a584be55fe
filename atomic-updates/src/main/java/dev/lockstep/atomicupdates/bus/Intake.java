package dev.lockstep.atomicupdates.bus;

import com.google.protobuf.Message;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Topic;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes messages off the bus's handler thread and gives them to a consumer. What a consumer cannot
 * read is logged and dropped; the subscription lives.
 */
final class Intake {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
  private final Bus bus;
  private final Executor executor;

  Intake(Bus bus, Executor executor) {
    this.bus = bus;
    this.executor = executor;
  }

  <M extends Message> Bus.Subscription subscribe(Topic<M> topic, Bus.Handler<M> consumer) {
    return bus.subscribe(topic, message -> hand(message, consumer));
  }

  private <M extends Message> void hand(Received<M> message, Bus.Handler<M> consumer) {
    try {
      executor.execute(() -> give(message, consumer));
    } catch (RejectedExecutionException full) {
      LOG.warn("{} from {} is dropped: too many wait", message.topic(), message.source());
    }
  }

  private static <M extends Message> void give(Received<M> message, Bus.Handler<M> consumer) {
    try {
      consumer.accept(message);
    } catch (MalformedContentException malformed) {
      LOG.warn(
          "{} from {} is dropped: {}",
          message.topic(),
          Checked.text(message.source()),
          malformed.getMessage());
    } catch (RuntimeException failed) {
      LOG.error(
          "{} from {} could not be handled",
          message.topic(),
          Checked.text(message.source()),
          failed);
    }
  }
}
