package dev.lockstep.tuf;

/**
 * Says why something was not fetched or not trusted.
 *
 * <p>The message reads "cannot X: Y; do Z". {@link #code} is stable: the name of the error as it
 * travels, for example {@code TRUST_ROLLBACK}.
 */
public abstract sealed class TufException extends RuntimeException
    permits ClockException,
        ExpiredException,
        FetchException,
        LengthOrHashException,
        LimitException,
        MalformedException,
        MixAndMatchException,
        NoRootException,
        RollbackException,
        SignatureException,
        StoreException,
        UnknownTargetException {
  private final String code;

  TufException(String code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** The stable name of this error. */
  public final String code() {
    return code;
  }
}
