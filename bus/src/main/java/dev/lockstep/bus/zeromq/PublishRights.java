package dev.lockstep.bus.zeromq;

import dev.lockstep.bus.core.RateLimitedLog;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.LoggerFactory;

/**
 * Decides which messages pass the broker, by the key of the connection that they came on, and keeps
 * the audit. What a message says about its sender is not looked at.
 */
final class PublishRights {
  /** What probes may look like; they carry nothing and reach only those who ask for them. */
  private static final int MAX_PROBE_TOPIC = 80;

  private final RateLimitedLog audit =
      new RateLimitedLog(LoggerFactory.getLogger(PublishRights.class));
  private final Map<String, Set<Role>> publishers = new HashMap<>();
  private final Optional<AllowList> allowed;
  final LongAdder withoutRight = new LongAdder();
  final LongAdder unknownTopic = new LongAdder();
  final LongAdder malformed = new LongAdder();

  /** Without an allow list (plain) everybody may publish to every topic that there is. */
  PublishRights(Optional<AllowList> allowed) {
    this.allowed = allowed;
    for (Topic<?> topic : Topics.all()) {
      publishers.put(topic.name(), topic.publishers());
    }
  }

  /** Whether a message passes; what does not is counted and audited here. */
  boolean mayPass(String token, String topic, int envelopeSize) {
    Optional<AllowList.Known> who = allowed.flatMap(list -> list.byToken(token));
    if (allowed.isPresent() && who.isEmpty()) {
      withoutRight.increment();
      audit.warn("?", () -> "dropped a message on " + shown(topic) + ": its key is not known");
      return false;
    }
    if (topic.startsWith(ConnectionProbe.PREFIX)) {
      return isProbe(topic, envelopeSize, who);
    }
    Set<Role> roles = publishers.get(topic);
    if (roles == null) {
      unknownTopic.increment();
      audit.warn(
          name(who), () -> "dropped a message of " + name(who) + ": no such topic " + shown(topic));
      return false;
    }
    if (who.isPresent() && !roles.contains(who.get().role())) {
      withoutRight.increment();
      audit.warn(
          name(who),
          () -> "dropped a message of " + who.get() + ": it may not publish to " + topic);
      return false;
    }
    return true;
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
    return who.map(AllowList.Known::name).orElse("somebody on this machine");
  }

  /** A stranger's text must not break the log. */
  private static String shown(String topic) {
    String printable = topic.replaceAll("[^\\x21-\\x7e]", "?");
    return printable.length() > MAX_PROBE_TOPIC
        ? printable.substring(0, MAX_PROBE_TOPIC) + "..."
        : printable;
  }
}
