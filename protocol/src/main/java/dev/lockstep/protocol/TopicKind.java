package dev.lockstep.protocol;

/** How the messages of a topic are to be understood. */
public enum TopicKind {
  /** Happened once; a later message does not replace it. */
  EVENT,
  /** The newest message per key replaces the earlier ones. */
  STATE,
  /** Wants an answer; idempotent by correlation id. */
  REQUEST,
  /** Answers a request, with the same correlation id. */
  RESPONSE
}
