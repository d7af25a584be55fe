package dev.lockstep.tuf;

/**
 * This device's clock is wrong: it is before a time that has surely passed. Code {@code
 * TRUST_CLOCK}.
 */
public final class ClockException extends TufException {
  ClockException(String message) {
    this(message, null);
  }

  ClockException(String message, Throwable cause) {
    super("TRUST_CLOCK", message, cause);
  }
}
