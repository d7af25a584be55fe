package dev.lockstep.tuf;

/** No signed metadata describes a target under that path. Code {@code TRUST_UNKNOWN_TARGET}. */
public final class UnknownTargetException extends TufException {
  UnknownTargetException(String message) {
    this(message, null);
  }

  UnknownTargetException(String message, Throwable cause) {
    super("TRUST_UNKNOWN_TARGET", message, cause);
  }
}
