package dev.lockstep.tuf;

/**
 * Files of different states of the repository are served together. Code {@code
 * TRUST_MIX_AND_MATCH}.
 */
public final class MixAndMatchException extends TufException {
  MixAndMatchException(String message) {
    this(message, null);
  }

  MixAndMatchException(String message, Throwable cause) {
    super("TRUST_MIX_AND_MATCH", message, cause);
  }
}
