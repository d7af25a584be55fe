package dev.lockstep.tuf;

/** Metadata is older than what was seen before. Code {@code TRUST_ROLLBACK}. */
public final class RollbackException extends TufException {
  RollbackException(String message) {
    this(message, null);
  }

  RollbackException(String message, Throwable cause) {
    super("TRUST_ROLLBACK", message, cause);
  }
}
