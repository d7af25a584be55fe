package dev.lockstep.bus.zeromq;

import dev.lockstep.bus.core.Participant;
import dev.lockstep.bus.core.PublishRights;
import dev.lockstep.bus.core.PublishRights.Refusal;
import dev.lockstep.bus.core.RateLimitedLog;
import dev.lockstep.bus.core.Shown;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.LoggerFactory;
import zmq.Msg;

/**
 * Decides which messages pass the broker, by the key of the connection that they came on, counts
 * those that do not, and keeps the audit.
 */
final class Gate {
  /** What probes may look like; they carry nothing and reach only those who ask for them. */
  private static final int MAX_PROBE_TOPIC = 80;

  private final RateLimitedLog audit = new RateLimitedLog(LoggerFactory.getLogger(Gate.class));
  private final PublishRights rights = new PublishRights();
  private final Optional<AllowList> allowed;
  final LongAdder withoutRight = new LongAdder();
  final LongAdder foreign = new LongAdder();
  final LongAdder unknownTopic = new LongAdder();
  final LongAdder malformed = new LongAdder();

  /** Without an allow list (plain) everybody may publish to every topic that there is. */
  Gate(Optional<AllowList> allowed) {
    this.allowed = allowed;
  }

  /** Whether a message passes; what does not is counted and audited here. */
  boolean mayPass(String token, String topic, Msg envelope) {
    Optional<AllowList.Known> who = allowed.flatMap(list -> list.byToken(token));
    if (allowed.isPresent() && who.isEmpty()) {
      withoutRight.increment();
      audit.warn("?", () -> "dropped a message on " + Shown.of(topic) + ": its key is not known");
      return false;
    }
    if (topic.startsWith(ConnectionProbe.PREFIX)) {
      return isProbe(topic, envelope.size(), who);
    }
    if (who.isEmpty() && rights.knows(topic)) {
      return true;
    }
    Optional<Refusal> refusal =
        who.isEmpty()
            ? Optional.of(new Refusal(PublishRights.Reason.UNKNOWN_TOPIC, "there is no such topic"))
            : rights.refuse(
                who.get().participant(),
                topic,
                envelope.data(),
                name -> allowed.get().belongsToAnother(name, who.get()));
    refusal.ifPresent(why -> refused(who, topic, why));
    return refusal.isEmpty();
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

  /** Counts and audits what is not two frames. */
  void malformed(String token, int frames) {
    malformed.increment();
    Optional<AllowList.Known> who = allowed.flatMap(list -> list.byToken(token));
    audit.warn(
        name(who),
        () -> "dropped a message of " + name(who) + ": it has " + frames + " frames, not 2");
  }

  private boolean isProbe(String topic, int envelopeSize, Optional<AllowList.Known> who) {
    if (topic.length() <= MAX_PROBE_TOPIC && envelopeSize == 0) {
      return true;
    }
    malformed.increment();
    audit.warn(name(who), () -> "dropped a message of " + name(who) + ": it is not a probe");
    return false;
  }

  private static String name(Optional<AllowList.Known> who) {
    return who.map(AllowList.Known::participant)
        .map(Participant::toString)
        .orElse("somebody on this machine");
  }
}
