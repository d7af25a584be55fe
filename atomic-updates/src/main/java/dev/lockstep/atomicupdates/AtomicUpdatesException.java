package dev.lockstep.atomicupdates;

import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;

/**
 * Something that atomic-updates could not do. The message reads "cannot X: Y; do Z"; {@link
 * #code()} and {@link #category()} are stable.
 */
public abstract sealed class AtomicUpdatesException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final ErrorCode code;
  private final ErrorCategory category;

  private AtomicUpdatesException(
      ErrorCode code, ErrorCategory category, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.category = category;
  }

  /** The stable code. */
  public ErrorCode code() {
    return code;
  }

  /** What can be done about it. */
  public ErrorCategory category() {
    return category;
  }

  /** Download or staging failed; nothing was changed. */
  public static final class Staging extends AtomicUpdatesException {
    private static final long serialVersionUID = 1L;

    /** A code of the 3xx, 4xx or 5xx range. */
    public Staging(ErrorCode code, ErrorCategory category, String message, Throwable cause) {
      super(code, category, message, cause);
    }
  }

  /** An install was refused, failed and was reverted, or could not be reverted. */
  public static final class Install extends AtomicUpdatesException {
    private static final long serialVersionUID = 1L;

    /** A code of the 6xx range. */
    public Install(ErrorCode code, ErrorCategory category, String message, Throwable cause) {
      super(code, category, message, cause);
    }
  }

  /** A deployment over several devices could not go on. */
  public static final class Coordination extends AtomicUpdatesException {
    private static final long serialVersionUID = 1L;

    /** A code of the 7xx range. */
    public Coordination(ErrorCode code, ErrorCategory category, String message, Throwable cause) {
      super(code, category, message, cause);
    }
  }
}
