package dev.lockstep.tuf;

/** There is no root to start trust from. Code {@code TRUST_NO_ROOT}. */
public final class NoRootException extends TufException {
  NoRootException(String message) {
    this(message, null);
  }

  NoRootException(String message, Throwable cause) {
    super("TRUST_NO_ROOT", message, cause);
  }
}
