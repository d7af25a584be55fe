package dev.lockstep.bus.zeromq;

import dev.lockstep.bus.core.Concern;
import dev.lockstep.bus.core.LastValues;
import dev.lockstep.bus.core.Participant;
import dev.lockstep.bus.core.ReadRights;
import dev.lockstep.bus.core.Serving;
import dev.lockstep.bus.zeromq.Publishers.Incoming;
import dev.lockstep.protocol.Claims;
import dev.lockstep.protocol.Reach;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.TopicKind;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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

  /** Followed by a byte: the pace in seconds, whenever it changes. */
  static final byte PACE = 2;

  private static final int MOST_PER_PUBLISHER = 300;
  private static final long MOST_BYTES = 64L << 20;

  /** Who lives repeats its states far more often. */
  private static final Duration LIFETIME = Duration.ofMinutes(10);

  private final LastValues<Kept> values =
      new LastValues<>(MOST_PER_PUBLISHER, MOST_BYTES, LIFETIME);
  private final Serving serving;

  LastValueFeed(Serving serving) {
    this.serving = serving;
  }

  /** Keeps a state that is for everybody whom it concerns. */
  void keep(
      Topic<?> topic, Participant publisher, Claims claims, Concern concern, Incoming message) {
    if (topic.kind() == TopicKind.STATE && concern.to().isEmpty()) {
      values.put(
          new LastValues.Key(topic.name(), publisher.name(), claims.key()),
          concern.device(),
          new Kept(concern, message.topic(), message.envelope()),
          message.envelope().size(),
          System.nanoTime());
    }
  }

  /** Feeds a reader that has just subscribed. */
  void feed(Readers readers, Readers.Reader reader, List<Topic<?>> topics) {
    List<Topic<?>> states =
        topics.stream().filter(topic -> topic.kind() == TopicKind.STATE).toList();
    if (states.isEmpty() || values.size() == 0) {
      return;
    }
    readers.tell(reader, BEGIN);
    long now = System.nanoTime();
    for (Topic<?> topic : states) {
      for (Kept kept : of(topic, reader.who(), now)) {
        if (ReadRights.reaches(reader.who(), topic, kept.concern, serving)) {
          readers.write(reader, kept.topic, kept.envelope);
        }
      }
    }
    readers.tell(reader, END);
  }

  /** What may reach somebody: one of a thousand devices need not be held against all others. */
  private List<Kept> of(Topic<?> topic, Participant who, long now) {
    boolean all =
        !who.isBound() || topic.reach() == Reach.EVERYBODY || serving.serves(who.device());
    if (all) {
      return values.of(topic.name(), now);
    }
    Set<String> about = new LinkedHashSet<>(serving.devices());
    about.add("");
    about.add(who.device());
    return values.of(topic.name(), about, now);
  }

  /** Forgets what those have said who are no longer known. */
  void forget(Predicate<String> publisher) {
    values.forget(publisher);
  }

  private record Kept(Concern concern, Msg topic, Msg envelope) {}
}
