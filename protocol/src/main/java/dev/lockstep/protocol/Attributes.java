package dev.lockstep.protocol;

/** Names of the envelope's attributes. */
public final class Attributes {
  /** Ties an answer to its request; carried through from the request. */
  public static final String CORRELATION_ID = "correlation_id";

  /** Where the requester wants its answer; carried through, the topic of the answer is fixed. */
  public static final String REPLY_TO = "reply_to";

  /** Counts a publisher's messages on one topic from 1; a gap means that something was lost. */
  public static final String SEQUENCE = "seq";

  /** The key of a {@link TopicKind#STATE} message: a later one with the same key replaces it. */
  public static final String KEY = "key";

  /** Counts the sendings of one request from 1. */
  public static final String ATTEMPT = "attempt";

  /**
   * Whom an answer or instruction is for: the requester's source, or a device. Of those who are
   * bound to a device, Lockstep's broker gives it to that one only; whoever watches gets it too. It
   * has no number and is no last value.
   */
  public static final String TO = "to";

  /**
   * Is "true" on the last value of a state that a new subscriber gets before live messages. Put
   * there by the subscriber's own bus; never sent.
   */
  public static final String RETAINED = "retained";

  private Attributes() {}
}
