package dev.lockstep.bus;

import com.google.protobuf.Message;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Topic;
import java.time.Instant;
import java.util.Map;

/**
 * A message as it arrived.
 *
 * @param topic its topic
 * @param payload the topic's message
 * @param messageId UUID; the same for a repetition
 * @param source the sender's name as it gave itself
 * @param sentAt the sender's clock
 * @param attributes the envelope's attributes
 * @param <M> the message type
 */
public record Received<M extends Message>(
    Topic<M> topic,
    M payload,
    String messageId,
    String source,
    Instant sentAt,
    Map<String, String> attributes) {

  /** The correlation id; the message's own id where the sender gave none. */
  public String correlationId() {
    String id = attributes.get(Attributes.CORRELATION_ID);
    return id == null || id.isEmpty() ? messageId : id;
  }
}
