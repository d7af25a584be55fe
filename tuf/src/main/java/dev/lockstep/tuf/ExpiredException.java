package dev.lockstep.tuf;

/**
 * Metadata has expired, so newer metadata may be withheld: a freeze attack, or a publisher who
 * forgot. Code {@code TRUST_EXPIRED}.
 */
public final class ExpiredException extends TufException {
  ExpiredException(String message) {
    this(message, null);
  }

  ExpiredException(String message, Throwable cause) {
    super("TRUST_EXPIRED", message, cause);
  }
}
