package dev.lockstep.repository;

import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;

/**
 * Something that the publisher could not do; nothing that readers see was changed. The message
 * reads "cannot X: Y; do Z"; {@link #code()} is stable.
 */
public abstract sealed class RepositoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final ErrorCode code;

  private RepositoryException(
      ErrorCode code, String what, String why, String remedy, Throwable cause) {
    super("cannot " + what + ": " + why + "; " + remedy, cause);
    this.code = code;
  }

  /** The stable code, of the 8xx range. */
  public ErrorCode code() {
    return code;
  }

  /** What can be done about it: always a person's work. */
  public ErrorCategory category() {
    return ErrorCategory.ERROR_CATEGORY_OPERATOR;
  }

  /** What is to be published is not fit for it, or was published before. */
  public static final class Refused extends RepositoryException {
    private static final long serialVersionUID = 1L;

    /** What could not be done, why, and what to do. */
    public Refused(String what, String why, String remedy, Throwable cause) {
      super(ErrorCode.ERROR_CODE_PUBLISH_REFUSED, what, why, remedy, cause);
    }

    /** The same without a cause. */
    public Refused(String what, String why, String remedy) {
      this(what, why, remedy, null);
    }
  }

  /** A private key is missing, unreadable, or not enough of them are there. */
  public static final class KeyUnusable extends RepositoryException {
    private static final long serialVersionUID = 1L;

    /** What could not be done, why, and what to do. */
    public KeyUnusable(String what, String why, String remedy, Throwable cause) {
      super(ErrorCode.ERROR_CODE_PUBLISH_KEY, what, why, remedy, cause);
    }

    /** The same without a cause. */
    public KeyUnusable(String what, String why, String remedy) {
      this(what, why, remedy, null);
    }
  }

  /** The repository's folder is damaged, in use, or cannot be written. */
  public static final class StateUnusable extends RepositoryException {
    private static final long serialVersionUID = 1L;

    /** What could not be done, why, and what to do. */
    public StateUnusable(String what, String why, String remedy, Throwable cause) {
      super(ErrorCode.ERROR_CODE_PUBLISH_STATE, what, why, remedy, cause);
    }

    /** The same without a cause. */
    public StateUnusable(String what, String why, String remedy) {
      this(what, why, remedy, null);
    }

    static StateUnusable unwritable(String what, IOException cause) {
      return new StateUnusable(
          what, cause.toString(), "check the repository's folder and its disk", cause);
    }
  }

  /** A repository, folder or file that was named does not exist. */
  public static final class NotFound extends RepositoryException {
    private static final long serialVersionUID = 1L;

    /** What could not be done, why, and what to do. */
    public NotFound(String what, String why, String remedy) {
      super(ErrorCode.ERROR_CODE_PUBLISH_STATE, what, why, remedy, null);
    }
  }
}
