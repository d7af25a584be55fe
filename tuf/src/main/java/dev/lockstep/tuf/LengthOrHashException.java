package dev.lockstep.tuf;

/** A file is not the one that signed metadata describes. Code {@code TRUST_LENGTH_OR_HASH}. */
public final class LengthOrHashException extends TufException {
  LengthOrHashException(String message) {
    this(message, null);
  }

  LengthOrHashException(String message, Throwable cause) {
    super("TRUST_LENGTH_OR_HASH", message, cause);
  }
}
