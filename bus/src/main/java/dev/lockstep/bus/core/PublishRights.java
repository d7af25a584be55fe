package dev.lockstep.bus.core;

import dev.lockstep.protocol.Claims;
import dev.lockstep.protocol.ClaimsReader;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which messages of a participant pass: those of topics that its role may publish to, which do not
 * speak for somebody else. The hub may speak for everybody. Pure; any thread may ask.
 */
public final class PublishRights {
  private final Map<String, Rule> rules = new HashMap<>();

  /** The rights that these topics give; there are no others. */
  public PublishRights(List<Topic<?>> topics) {
    for (Topic<?> topic : topics) {
      rules.put(topic.name(), new Rule(topic, ClaimsReader.of(topic)));
    }
  }

  /** The topic of that name. */
  public Optional<Topic<?>> topic(String name) {
    return Optional.ofNullable(rules.get(name)).map(rule -> rule.topic);
  }

  /** What a message of a topic says about itself; empty if it cannot be read. */
  public Optional<Claims> claims(Topic<?> topic, byte[] envelope) {
    return rules.get(topic.name()).reader.read(envelope);
  }

  /**
   * Why a message does not pass; empty if it does.
   *
   * @param who has sent it
   * @param isAnother tells whether a sender's name is that of another participant
   */
  public Optional<Refusal> refuse(
      Participant who, String topic, byte[] envelope, Predicate<String> isAnother) {
    Rule rule = rules.get(topic);
    if (rule == null) {
      return Optional.of(new Refusal(Reason.UNKNOWN_TOPIC, "there is no such topic"));
    }
    if (!rule.topic.publishers().contains(who.role())) {
      return Optional.of(new Refusal(Reason.ROLE, "its role may not publish to it"));
    }
    if (who.role() == Role.HUB) {
      return Optional.empty();
    }
    return rule.reader
        .read(envelope)
        .map(claims -> rule.refuse(who, claims, isAnother))
        .orElseGet(() -> Optional.of(new Refusal(Reason.MALFORMED, "it is no envelope")));
  }

  /** Why a message does not pass. */
  public enum Reason {
    /** There is no such topic. */
    UNKNOWN_TOPIC,
    /** The role may not publish to the topic. */
    ROLE,
    /** It speaks for another device or component, or poses as somebody else. */
    FOREIGN,
    /** It cannot be read. */
    MALFORMED
  }

  /**
   * A message does not pass.
   *
   * @param reason to be counted by
   * @param why for the audit
   */
  public record Refusal(Reason reason, String why) {}

  private record Rule(Topic<?> topic, ClaimsReader reader) {

    private Optional<Refusal> refuse(Participant who, Claims claims, Predicate<String> isAnother) {
      if (!who.isBound()) {
        return isAnother.test(claims.source())
            ? foreign("it gives itself the name of another, %s", claims.source())
            : Optional.empty();
      }
      if (!who.mayCallItself(claims.source())) {
        return foreign("its source must be its own name, not %s", claims.source());
      }
      if (reader.namesDevice() && !isOwn(claims.device(), who.device())) {
        return foreign("it speaks for device %s", claims.device());
      }
      for (String inside : claims.inside()) {
        if (!isOwn(inside, who.device())) {
          return foreign("a part of it speaks for device %s", inside);
        }
      }
      if (who.role() == Role.COMPONENT
          && reader.namesComponent()
          && !isOwn(claims.component(), who.component())) {
        return foreign("it speaks for component %s", claims.component());
      }
      if (!claims.requestedBy().isEmpty() && !who.mayCallItself(claims.requestedBy())) {
        return foreign("it asks in the name of %s", claims.requestedBy());
      }
      return Optional.empty();
    }

    /** Whoever is bound to nothing may speak for nothing. */
    private static boolean isOwn(String claimed, String own) {
      return !own.isEmpty() && claimed.equals(own);
    }

    private static Optional<Refusal> foreign(String why, String claimed) {
      return Optional.of(new Refusal(Reason.FOREIGN, why.formatted(Shown.of(claimed))));
    }
  }
}
