package dev.lockstep.protocol;

import java.util.Objects;

/**
 * A message that is not what its topic promises. It is to be logged and dropped; {@link #reason()}
 * says what kind of fault it is, the message names topic, what was found and what was expected.
 */
public final class MalformedMessageException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  MalformedMessageException(Reason reason, String what, Throwable cause) {
    super(what, cause);
    this.reason = Objects.requireNonNull(reason);
  }

  /** What kind of fault it is. */
  public Reason reason() {
    return reason;
  }

  /** The faults that a message can have. */
  public enum Reason {
    /** The frame is not an envelope. */
    NOT_AN_ENVELOPE,
    /** The envelope does not say who, when and what. */
    NO_METADATA,
    /** The message id is missing or longer than {@value Envelopes#MAX_MESSAGE_ID}. */
    MESSAGE_ID,
    /** The timestamp is no time. */
    TIMESTAMP,
    /** The envelope was made for another topic than the one of the frame. */
    OTHER_TOPIC,
    /** The envelope is empty. */
    NO_PAYLOAD,
    /** The payload is another message than the one of the topic. */
    OTHER_TYPE,
    /** The payload's bytes are not that message. */
    UNREADABLE_PAYLOAD
  }
}
