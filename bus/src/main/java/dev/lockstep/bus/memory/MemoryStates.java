package dev.lockstep.bus.memory;

import dev.lockstep.bus.core.Concern;
import dev.lockstep.bus.core.LastValues;
import dev.lockstep.bus.core.Participant;
import dev.lockstep.bus.core.ReadRights;
import dev.lockstep.bus.core.Serving;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.TopicKind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What was said last of each state, as the broker on the network keeps it. Not thread-safe. */
final class MemoryStates {
  private static final int MOST_PER_PUBLISHER = 300;
  private static final long MOST_BYTES = 16L << 20;
  private static final Duration LIFETIME = Duration.ofMinutes(10);

  private final Clock clock;
  private LastValues<Kept> values = empty();

  /** A message with whom it concerns. */
  record Kept(byte[] topic, byte[] envelope, Concern concern) {}

  MemoryStates(Clock clock) {
    this.clock = clock;
  }

  private static LastValues<Kept> empty() {
    return new LastValues<>(MOST_PER_PUBLISHER, MOST_BYTES, LIFETIME);
  }

  void keep(Topic<?> topic, String publisher, String key, Kept kept) {
    if (topic.kind() == TopicKind.STATE && kept.concern().to().isEmpty()) {
      values.put(
          new LastValues.Key(topic.name(), publisher, key),
          kept.concern().device(),
          kept,
          kept.envelope().length,
          now());
    }
  }

  /** What a participant gets that has just subscribed. */
  List<Kept> of(Topic<?> topic, Participant reader, Serving serving) {
    return values.of(topic.name(), now()).stream()
        .filter(kept -> reaches(reader, topic, kept.concern(), serving))
        .toList();
  }

  /** Whether a message reaches a participant that has subscribed to its topic. */
  static boolean reaches(Participant reader, Topic<?> topic, Concern concern, Serving serving) {
    return ReadRights.mayRead(reader, topic) && ReadRights.reaches(reader, topic, concern, serving);
  }

  void forgetAll() {
    values = empty();
  }

  private long now() {
    return Duration.between(Instant.EPOCH, clock.instant()).toNanos();
  }
}
