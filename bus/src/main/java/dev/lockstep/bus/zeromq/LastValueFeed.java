package dev.lockstep.bus.zeromq;

import dev.lockstep.bus.core.LastValues;
import dev.lockstep.bus.core.Participant;
import dev.lockstep.bus.core.ReadRights;
import dev.lockstep.protocol.Claims;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.TopicKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import zmq.Msg;

/**
 * Gives a new subscriber the last values of the states it subscribes to, before any live message.
 *
 * <p>Whoever subscribes to {@link #MARKER} too is told when they begin and when they end; who does
 * not gets them just so. Used by the broker's thread.
 */
final class LastValueFeed {
  /**
   * Its content is {@link #BEGIN} before and {@link #END} after the last values. Comes before
   * "update/": subscriptions are resent in sorted order, and this one must be there first.
   */
  static final String MARKER = "!lockstep/last-values";

  static final byte BEGIN = 1;
  static final byte END = 0;

  private static final int MOST_PER_PUBLISHER = 300;
  private static final long MOST_BYTES = 64L << 20;

  /** Who lives repeats its states far more often. */
  private static final Duration LIFETIME = Duration.ofMinutes(10);

  private final LastValues<Kept> values =
      new LastValues<>(MOST_PER_PUBLISHER, MOST_BYTES, LIFETIME);
  private final Predicate<String> isHub;

  LastValueFeed(Predicate<String> isHub) {
    this.isHub = isHub;
  }

  /** Keeps a state. */
  void keep(Topic<?> topic, Participant publisher, Claims claims, Msg first, Msg envelope) {
    if (topic.kind() == TopicKind.STATE) {
      LastValues.Key key = new LastValues.Key(topic.name(), publisher.name(), claims.key());
      values.put(key, new Kept(claims, first, envelope), envelope.size(), System.nanoTime());
    }
  }

  /** Feeds a reader that has just subscribed. */
  void feed(Readers readers, Readers.Reader reader, List<Topic<?>> topics) {
    List<Topic<?>> states =
        topics.stream().filter(topic -> topic.kind() == TopicKind.STATE).toList();
    if (states.isEmpty() || values.size() == 0) {
      return;
    }
    mark(readers, reader, BEGIN);
    long now = System.nanoTime();
    for (Topic<?> topic : states) {
      boolean narrow = ReadRights.isNarrow(reader.who(), topic);
      for (Kept kept : values.of(topic.name(), now)) {
        if (!narrow || ReadRights.concerns(reader.who(), topic, kept.claims, isHub)) {
          readers.write(reader, kept.topic, kept.envelope);
        }
      }
    }
    mark(readers, reader, END);
  }

  /** Forgets what those have said who are no longer known. */
  void forget(Predicate<String> publisher) {
    values.forget(publisher);
  }

  private static void mark(Readers readers, Readers.Reader reader, byte which) {
    if (reader.followsLastValues()) {
      Msg topic = new Msg(MARKER.getBytes(StandardCharsets.UTF_8));
      topic.setFlags(Msg.MORE);
      readers.write(reader, topic, new Msg(new byte[] {which}));
    }
  }

  private record Kept(Claims claims, Msg topic, Msg envelope) {}
}
