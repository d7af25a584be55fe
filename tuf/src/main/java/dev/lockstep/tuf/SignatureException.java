package dev.lockstep.tuf;

/** Fewer keys than the threshold have signed a document. Code {@code TRUST_SIGNATURE}. */
public final class SignatureException extends TufException {
  SignatureException(String message) {
    this(message, null);
  }

  SignatureException(String message, Throwable cause) {
    super("TRUST_SIGNATURE", message, cause);
  }
}
