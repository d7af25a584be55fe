package dev.lockstep.atomicupdates.bus;

import com.google.protobuf.Message;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Topic;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes messages off the bus's handler thread and gives them to a consumer. What a consumer cannot
 * read is logged and dropped; the subscription lives.
 *
 * <p>Messages that wait are bounded by their bytes; beyond that they are dropped and counted. Each
 * kind is repeated by its sender until it is answered or replaced, so that none is lost for good.
 */
final class Intake {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  /** Two of the largest messages that the bus takes, in a heap of 128 MB. */
  static final long MOST_WAITING_BYTES = 8L << 20;

  /** What a message takes beside its content. */
  private static final int OVERHEAD = 1_000;

  private static final int WARN_EVERY = 1_000;
  private final Bus bus;
  private final Executor executor;
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();

  Intake(Bus bus, Executor executor) {
    this.bus = bus;
    this.executor = executor;
  }

  /** How many messages were dropped because too much waited. */
  long dropped() {
    return dropped.get();
  }

  <M extends Message> Bus.Subscription subscribe(Topic<M> topic, Bus.Handler<M> consumer) {
    return bus.subscribe(topic, message -> hand(message, consumer));
  }

  private <M extends Message> void hand(Received<M> message, Bus.Handler<M> consumer) {
    long bytes = message.payload().getSerializedSize() + (long) OVERHEAD;
    if (waiting.addAndGet(bytes) > MOST_WAITING_BYTES) {
      drop(message, bytes);
      return;
    }
    try {
      executor.execute(
          () -> {
            waiting.addAndGet(-bytes);
            give(message, consumer);
          });
    } catch (RejectedExecutionException full) {
      drop(message, bytes);
    }
  }

  /** A flood must not flood the log too. */
  private void drop(Received<?> message, long bytes) {
    waiting.addAndGet(-bytes);
    long count = dropped.incrementAndGet();
    if (count % WARN_EVERY == 1) {
      LOG.warn(
          "{} from {} is dropped: too many messages wait; {} were dropped so far",
          message.topic(),
          Checked.text(message.source()),
          count);
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
