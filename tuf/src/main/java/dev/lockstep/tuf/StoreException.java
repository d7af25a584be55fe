package dev.lockstep.tuf;

/** The local metadata store cannot be read, written or locked. Code {@code TRUST_STORE}. */
public final class StoreException extends TufException {
  StoreException(String message) {
    this(message, null);
  }

  StoreException(String message, Throwable cause) {
    super("TRUST_STORE", message, cause);
  }
}
