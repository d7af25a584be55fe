package dev.lockstep.bus.zeromq;

import dev.lockstep.bus.core.Participant;
import dev.lockstep.bus.core.PublishRights;
import dev.lockstep.bus.core.PublishRights.Refusal;
import dev.lockstep.bus.core.RateLimitedLog;
import dev.lockstep.bus.core.Shown;
import dev.lockstep.bus.zeromq.Publishers.Incoming;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topic;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.LoggerFactory;

/**
 * Decides which messages pass the broker, by the key of the connection that they came on, counts
 * those that do not, and keeps the audit. Used by the broker's thread; anybody may read counters.
 */
final class Gate {
  private static final int MAX_TOPIC = 255;

  /** What probes may look like; they carry nothing and reach only those who ask for them. */
  private static final int MAX_PROBE_TOPIC = 80;

  private static final int MOST_REMEMBERED = 10_000;

  private final RateLimitedLog audit = new RateLimitedLog(LoggerFactory.getLogger(Gate.class));
  private final PublishRights rights;
  private final Optional<AllowList> allowed;
  private final FloodLimit limit;
  private final Map<String, FloodLimit.Meter> meters = new HashMap<>();
  final LongAdder withoutRight = new LongAdder();
  final LongAdder foreign = new LongAdder();
  final LongAdder unknownTopic = new LongAdder();
  final LongAdder malformed = new LongAdder();
  final LongAdder limited = new LongAdder();

  /** Without an allow list (plain) everybody may publish to every topic that there is. */
  Gate(PublishRights rights, Optional<AllowList> allowed, FloodLimit limit) {
    this.rights = rights;
    this.allowed = allowed;
    this.limit = limit;
  }

  /** What becomes of a message. */
  enum Verdict {
    /** It is of no use to anybody. */
    DROP,
    /** A probe goes to whoever asked for it. */
    PROBE,
    /** It goes to the topic's readers. */
    PASS,
    /** Its sender sends far too much: its connection is to be closed. */
    CUT_OFF
  }

  /** Judges a message; what does not pass is counted and audited here. */
  Verdict judge(Incoming message) {
    Optional<AllowList.Known> known = allowed.flatMap(list -> list.byToken(message.token()));
    if (allowed.isPresent() && known.isEmpty()) {
      withoutRight.increment();
      audit.warn("?", () -> "dropped a message of somebody whose key is not known");
      return Verdict.DROP;
    }
    if (message.frames() != 2 || message.envelope() == null || message.topic().size() > MAX_TOPIC) {
      return malformed(known, "it has " + message.frames() + " frames, not 2");
    }
    if (known.isPresent() && known.get().participant().role() != Role.HUB) {
      Verdict flood = meter(known.get(), message);
      if (flood != Verdict.PASS) {
        return flood;
      }
    }
    String topic = topicOf(message);
    if (topic.startsWith(ConnectionProbe.PREFIX)) {
      return topic.length() <= MAX_PROBE_TOPIC && message.envelope().size() == 0
          ? Verdict.PROBE
          : malformed(known, "it is not a probe");
    }
    return judge(known, topic, message.envelope().data());
  }

  static String topicOf(Incoming message) {
    return new String(message.topic().data(), StandardCharsets.UTF_8);
  }

  /** The topic of a message that has passed. */
  Topic<?> topic(String name) {
    return rights.topic(name).orElseThrow();
  }

  private Verdict judge(Optional<AllowList.Known> known, String topic, byte[] envelope) {
    if (known.isEmpty() && rights.topic(topic).isPresent()) {
      return Verdict.PASS;
    }
    Optional<Refusal> refusal =
        known.isEmpty()
            ? Optional.of(new Refusal(PublishRights.Reason.UNKNOWN_TOPIC, "there is no such topic"))
            : rights.refuse(
                known.get().participant(),
                topic,
                envelope,
                name -> allowed.get().belongsToAnother(name, known.get()));
    refusal.ifPresent(why -> refused(known, topic, why));
    return refusal.isEmpty() ? Verdict.PASS : Verdict.DROP;
  }

  private Verdict meter(AllowList.Known known, Incoming message) {
    if (meters.size() > MOST_REMEMBERED) {
      meters.clear(); // Keys come and go; a full bucket again is all that is forgotten.
    }
    long now = System.nanoTime();
    FloodLimit.Meter meter =
        meters.computeIfAbsent(known.token(), token -> new FloodLimit.Meter(limit, now));
    int size = message.topic().size() + message.envelope().size();
    if (meter.take(size, now)) {
      return Verdict.PASS;
    }
    limited.increment();
    String name = known.participant().name();
    if (meter.isHopeless()) {
      meters.remove(known.token());
      allowed.orElseThrow().suspend(known, now + limit.suspension().toNanos());
      audit.warn(
          name + " cut off",
          () ->
              "cut off "
                  + known
                  + " for "
                  + limit.suspension().toSeconds()
                  + " s: it does not stop sending more than it may");
      return Verdict.CUT_OFF;
    }
    audit.warn(name, () -> "dropped messages of " + known + ": it sends more than it may");
    return Verdict.DROP;
  }

  private void refused(Optional<AllowList.Known> who, String topic, Refusal refusal) {
    switch (refusal.reason()) {
      case UNKNOWN_TOPIC -> unknownTopic.increment();
      case ROLE -> withoutRight.increment();
      case FOREIGN -> foreign.increment();
      case MALFORMED -> malformed.increment();
    }
    audit.warn(
        name(who),
        () ->
            "dropped a message of " + name(who) + " on " + Shown.of(topic) + ": " + refusal.why());
  }

  private Verdict malformed(Optional<AllowList.Known> who, String why) {
    malformed.increment();
    audit.warn(name(who), () -> "dropped a message of " + name(who) + ": " + why);
    return Verdict.DROP;
  }

  private static String name(Optional<AllowList.Known> who) {
    return who.map(AllowList.Known::participant)
        .map(Participant::toString)
        .orElse("somebody on this machine");
  }
}
