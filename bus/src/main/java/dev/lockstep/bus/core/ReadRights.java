package dev.lockstep.bus.core;

import dev.lockstep.protocol.Reach;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topic;

/** Which messages reach whom. Pure; any thread may ask. */
public final class ReadRights {
  private ReadRights() {}

  /** Whether a role gets anything of a topic. */
  public static boolean mayRead(Participant reader, Topic<?> topic) {
    return topic.readers().contains(reader.role());
  }

  /** Whether a message reaches a reader that may read its topic. */
  public static boolean reaches(
      Participant reader, Topic<?> topic, Concern concern, Serving serving) {
    return switch (reader.role()) {
      case HUB, OPERATOR -> true;
      case OBSERVER ->
          topic.reach() != Reach.NOTICES
              || concern.device().isEmpty()
              || serving.isHub(concern.device());
      case DEVICE, COMPONENT -> reachesBound(reader, topic, concern, serving);
    };
  }

  private static boolean reachesBound(
      Participant reader, Topic<?> topic, Concern concern, Serving serving) {
    if (!concern.to().isEmpty() && !reader.mayCallItself(concern.to())) {
      return false;
    }
    String about = concern.device();
    boolean own = about.equals(reader.device());
    boolean general = about.isEmpty() || serving.serves(about);
    boolean serves = serving.serves(reader.device());
    return switch (topic.reach()) {
      case EVERYBODY -> true;
      case OWN_DEVICE -> own;
      case NEIGHBOURS -> own || general || serves;
      case NOTICES -> own || general || (serves && reader.role() == Role.DEVICE);
    };
  }
}
