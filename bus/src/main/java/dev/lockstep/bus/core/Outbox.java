package dev.lockstep.bus.core;

import com.google.protobuf.Message;
import dev.lockstep.bus.BusException;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Envelopes;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.v1.Envelope;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/**
 * Wraps and numbers messages and hands them to the link. Any thread may use it; the messages of one
 * topic leave in the order of their numbers.
 */
final class Outbox {
  private final String source;
  private final FrameLink link;
  private final Clock clock;
  private final int maxMessageSize;
  private final Counters counters;
  private final Map<String, Long> sequences = new HashMap<>();

  Outbox(String source, FrameLink link, Clock clock, BusLimits limits, Counters counters) {
    this.source = source;
    this.link = link;
    this.clock = clock;
    this.maxMessageSize = limits.maxMessageSize();
    this.counters = counters;
  }

  /** Gives a message its number and time; {@link #send} it afterwards, in the same order. */
  private <M extends Message> Wrapped wrap(
      Topic<M> topic, M message, String messageId, Map<String, String> attributes) {
    Map<String, String> all = new HashMap<>(attributes);
    if (isNumbered(attributes)) {
      all.put(Attributes.SEQUENCE, Long.toString(sequences.merge(topic.name(), 1L, Long::sum)));
    }
    Envelope envelope =
        Envelopes.wrap(topic, message, messageId, clock.instant(), source, Map.copyOf(all));
    return new Wrapped(
        topic.name().getBytes(StandardCharsets.UTF_8), envelope, envelope.toByteArray());
  }

  /** What is for one would be a gap for all others. */
  private static boolean isNumbered(Map<String, String> attributes) {
    return !attributes.containsKey(Attributes.TO);
  }

  /**
   * Publishes a message.
   *
   * @param keep is given the frames before they are queued, so that they are known even if the
   *     queue is full
   */
  <M extends Message> void publish(
      Topic<M> topic,
      M message,
      String messageId,
      Map<String, String> attributes,
      java.util.function.Consumer<Wrapped> keep) {
    if (message.getSerializedSize() > maxMessageSize) {
      // Checked before the message gets a number, so that no receiver sees a gap.
      throw new BusException.TooLarge(topic.name(), message.getSerializedSize(), maxMessageSize);
    }
    synchronized (sequences) {
      Wrapped wrapped = wrap(topic, message, messageId, attributes);
      if (wrapped.bytes.length > maxMessageSize) {
        if (isNumbered(attributes)) {
          sequences.merge(topic.name(), -1L, Long::sum);
        }
        throw new BusException.TooLarge(topic.name(), wrapped.bytes.length, maxMessageSize);
      }
      keep.accept(wrapped);
      link.send(wrapped.topic, wrapped.bytes);
    }
    counters.sent.increment();
  }

  /** Sends a request again: everything is as the first time, but the attempt is counted. */
  void repeat(Wrapped wrapped, int attempt) {
    Envelope.Builder again = wrapped.envelope.toBuilder();
    again.getMetadataBuilder().putAttributes(Attributes.ATTEMPT, Integer.toString(attempt));
    repeat(wrapped.topic, again.build().toByteArray());
  }

  /** Sends frames again as they are. */
  void repeat(byte[] topic, byte[] envelope) {
    link.send(topic, envelope);
    counters.sent.increment();
  }

  /** A message with its envelope, as it was sent. */
  record Wrapped(byte[] topic, Envelope envelope, byte[] bytes) {}
}
