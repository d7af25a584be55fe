package dev.lockstep.protocol;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One topic: its exact name, its kind, the type of its messages and the roles that may publish it.
 *
 * @param name the exact topic, as in the first frame
 * @param kind how its messages are to be understood
 * @param type the message that the envelope carries
 * @param parser reads that message
 * @param publishers roles whose keys may publish; the broker drops what others send
 * @param readers roles whose keys may subscribe; others get none of its messages
 * @param reach which of its messages a key gets that is bound to a device
 * @param <M> the message type
 */
public record Topic<M extends Message>(
    String name,
    TopicKind kind,
    Class<M> type,
    Parser<M> parser,
    Set<Role> publishers,
    Set<Role> readers,
    Reach reach) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]*(/[a-z0-9_-]+)*");

  /** Checks that nothing is missing. */
  public Topic {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(type);
    Objects.requireNonNull(parser);
    Objects.requireNonNull(reach);
    publishers = Set.copyOf(publishers);
    readers = Set.copyOf(readers);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("topic " + name + " is no name of a topic");
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
