package dev.lockstep.bus.core;

import dev.lockstep.protocol.Claims;
import dev.lockstep.protocol.Reach;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topic;
import java.util.function.Predicate;

/** Which messages reach whom. Pure; any thread may ask. */
public final class ReadRights {
  private ReadRights() {}

  /** Whether a role gets anything of a topic. */
  public static boolean mayRead(Participant reader, Topic<?> topic) {
    return topic.readers().contains(reader.role());
  }

  /** Whether it depends on a topic's single messages what a reader gets. */
  public static boolean isNarrow(Participant reader, Topic<?> topic) {
    return switch (reader.role()) {
      case HUB, OPERATOR -> false;
      case DEVICE -> topic.reach() == Reach.OWN_DEVICE;
      case COMPONENT -> topic.reach() != Reach.EVERYBODY;
      case OBSERVER -> topic.reach() == Reach.NOTICES;
    };
  }

  /**
   * Whether a message reaches a reader that gets only some of the topic's.
   *
   * @param claims whom it speaks of
   * @param isHub tells whether a device is a hub
   */
  public static boolean concerns(
      Participant reader, Topic<?> topic, Claims claims, Predicate<String> isHub) {
    String about = claims.device();
    if (about.equals(reader.device()) && reader.role() != Role.OBSERVER) {
      return true;
    }
    return topic.reach() == Reach.NOTICES && (about.isEmpty() || isHub.test(about));
  }
}
