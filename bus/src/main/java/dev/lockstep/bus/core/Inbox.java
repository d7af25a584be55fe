package dev.lockstep.bus.core;

import com.google.protobuf.Message;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Envelopes;
import dev.lockstep.protocol.MalformedMessageException;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.v1.Envelope;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads arrived frames and calls the handlers of exactly their topic. Subscribing is possible from
 * any thread; everything else happens on the handler thread.
 */
final class Inbox {
  private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

  private final RateLimitedLog complaints = new RateLimitedLog(LOG);
  private final Map<String, Subscribers<?>> subscribers = new ConcurrentHashMap<>();
  private final SeenIds seen;
  private final GapDetector gaps = new GapDetector();
  private final Counters counters;
  private final Consumer<String> repeated;
  private final Consumer<Bus.Loss> lost;

  /**
   * An inbox without subscribers.
   *
   * @param repeated is given the id of a message that was seen before
   * @param lost is given every gap
   */
  Inbox(BusLimits limits, Counters counters, Consumer<String> repeated, Consumer<Bus.Loss> lost) {
    this.seen = new SeenIds(limits.rememberedIds());
    this.counters = counters;
    this.repeated = repeated;
    this.lost = lost;
  }

  /** Adds a handler; true if it is the topic's first one. */
  <M extends Message> boolean add(Topic<M> topic, Bus.Handler<M> handler) {
    boolean[] first = new boolean[1];
    subscribers.compute(
        topic.name(),
        (name, present) -> {
          first[0] = present == null;
          Subscribers<M> all = present == null ? new Subscribers<>(topic) : present.of(topic);
          all.handlers.add(handler);
          return all;
        });
    return first[0];
  }

  /** Removes a handler; true if it was the topic's last one. */
  boolean remove(Topic<?> topic, Bus.Handler<?> handler) {
    boolean[] last = new boolean[1];
    subscribers.computeIfPresent(
        topic.name(),
        (name, present) -> {
          boolean removed = present.handlers.remove(handler);
          last[0] = removed && present.handlers.isEmpty();
          return present.handlers.isEmpty() ? null : present;
        });
    return last[0];
  }

  /** What follows on this topic says nothing about what was before. */
  void startAfresh(String topic) {
    gaps.forget(topic);
  }

  /**
   * Takes two frames.
   *
   * @param retained whether this is the last value of a state, and no news
   */
  void accept(byte[] topicFrame, byte[] envelopeFrame, boolean retained) {
    String name = new String(topicFrame, StandardCharsets.UTF_8);
    Subscribers<?> all = subscribers.get(name);
    if (all != null) {
      accept(all, envelopeFrame, retained);
    }
  }

  /** Counts and logs what cannot be read. */
  void malformed(String topic, String why) {
    counters.malformed.increment();
    complaints.warn(topic, () -> "dropped a message on " + topic + ": " + why);
  }

  private <M extends Message> void accept(
      Subscribers<M> all, byte[] envelopeFrame, boolean retained) {
    Received<M> message;
    try {
      message = read(all.topic, envelopeFrame, retained);
    } catch (MalformedMessageException e) {
      malformed(all.topic.name(), e.getMessage());
      return;
    }
    if (!seen.add(message.messageId())) {
      counters.repeated.increment();
      repeated.accept(message.messageId());
      return;
    }
    long missing =
        retained
            ? 0 // What came after it was not for this subscriber yet.
            : gaps.observe(
                message.source(),
                all.topic.name(),
                message.attributes().get(Attributes.SEQUENCE),
                message.sentAt());
    counters.received.increment();
    for (Bus.Handler<M> handler : all.handlers) {
      call(handler, message);
    }
    if (missing > 0) {
      lost.accept(new Bus.Loss(message.source(), all.topic.name(), missing));
    }
  }

  private <M extends Message> void call(Bus.Handler<M> handler, Received<M> message) {
    try {
      handler.accept(message);
    } catch (RuntimeException | Error e) {
      // Also an error of a handler must not take the other handlers' messages.
      counters.failedHandlers.increment();
      LOG.error("a handler of {} failed on message {}", message.topic(), message.messageId(), e);
    }
  }

  private static <M extends Message> Received<M> read(
      Topic<M> topic, byte[] envelopeFrame, boolean retained) {
    Envelope envelope = Envelopes.read(envelopeFrame);
    M payload = Envelopes.unwrap(topic, envelope);
    Map<String, String> attributes = new HashMap<>(envelope.getMetadata().getAttributesMap());
    attributes.remove(Attributes.RETAINED);
    if (retained) {
      attributes.put(Attributes.RETAINED, "true");
    }
    return new Received<>(
        topic,
        payload,
        envelope.getMetadata().getMessageId(),
        envelope.getMetadata().getSource(),
        Envelopes.sentAt(envelope),
        Map.copyOf(attributes));
  }

  private static final class Subscribers<M extends Message> {
    private final Topic<M> topic;
    private final List<Bus.Handler<M>> handlers = new CopyOnWriteArrayList<>();

    private Subscribers(Topic<M> topic) {
      this.topic = topic;
    }

    /** A topic's name decides its type, so these are subscribers of that very type. */
    @SuppressWarnings("unchecked")
    private <N extends Message> Subscribers<N> of(Topic<N> wanted) {
      if (!topic.type().equals(wanted.type())) {
        throw new IllegalArgumentException(
            "topic " + topic + " carries " + topic.type() + ", not " + wanted.type());
      }
      return (Subscribers<N>) this;
    }
  }
}
