package dev.lockstep.bus.memory;

import dev.lockstep.bus.core.LastValues;
import dev.lockstep.bus.core.Participant;
import dev.lockstep.bus.core.ReadRights;
import dev.lockstep.protocol.Claims;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.TopicKind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/** What was said last of each state, as the broker on the network keeps it. Not thread-safe. */
final class MemoryStates {
  private static final int MOST_PER_PUBLISHER = 300;
  private static final long MOST_BYTES = 16L << 20;
  private static final Duration LIFETIME = Duration.ofMinutes(10);

  private final Clock clock;
  private LastValues<Kept> values = empty();

  /** A message with what it says of itself. */
  record Kept(byte[] topic, byte[] envelope, Claims claims) {}

  MemoryStates(Clock clock) {
    this.clock = clock;
  }

  private static LastValues<Kept> empty() {
    return new LastValues<>(MOST_PER_PUBLISHER, MOST_BYTES, LIFETIME);
  }

  void keep(Topic<?> topic, String publisher, Kept kept) {
    if (topic.kind() == TopicKind.STATE) {
      LastValues.Key key = new LastValues.Key(topic.name(), publisher, kept.claims().key());
      values.put(key, kept, kept.envelope().length, now());
    }
  }

  /** What a participant gets that has just subscribed. */
  List<Kept> of(Topic<?> topic, Participant reader, Predicate<String> isHub) {
    return values.of(topic.name(), now()).stream()
        .filter(kept -> reaches(reader, topic, kept.claims(), isHub))
        .toList();
  }

  /** Whether a message reaches a participant that has subscribed to its topic. */
  static boolean reaches(
      Participant reader, Topic<?> topic, Claims claims, Predicate<String> isHub) {
    return ReadRights.mayRead(reader, topic)
        && (!ReadRights.isNarrow(reader, topic)
            || ReadRights.concerns(reader, topic, claims, isHub));
  }

  void forgetAll() {
    values = empty();
  }

  private long now() {
    return Duration.between(Instant.EPOCH, clock.instant()).toNanos();
  }
}
