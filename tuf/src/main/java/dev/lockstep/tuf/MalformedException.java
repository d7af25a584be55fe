package dev.lockstep.tuf;

/** Metadata cannot be read as the specification demands. Code {@code TRUST_MALFORMED}. */
public final class MalformedException extends TufException {
  MalformedException(String message) {
    this(message, null);
  }

  MalformedException(String message, Throwable cause) {
    super("TRUST_MALFORMED", message, cause);
  }
}
