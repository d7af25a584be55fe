package dev.lockstep.tuf;

/**
 * Something is larger, longer or deeper than the client accepts: endless data, or a limit that is
 * too low. Code {@code TRUST_LIMIT}.
 */
public final class LimitException extends TufException {
  LimitException(String message) {
    this(message, null);
  }

  LimitException(String message, Throwable cause) {
    super("TRUST_LIMIT", message, cause);
  }
}
