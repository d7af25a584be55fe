package dev.lockstep.atomicupdates.domain;

import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.util.Objects;

/**
 * Why something did not work.
 *
 * @param code stable
 * @param category what can be done about it
 * @param message "cannot X: Y; do Z"
 */
public record Failure(ErrorCode code, ErrorCategory category, String message) {
  private static final String FIRST = " (it was to be reverted because: ";

  /** Checks that nothing is missing. */
  public Failure {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(category, "category");
    Objects.requireNonNull(message, "message");
  }

  /** The version that was to be installed is at fault. */
  public static Failure reverting(ErrorCode code, String message) {
    return new Failure(code, ErrorCategory.ERROR_CATEGORY_REVERT, message);
  }

  /** A person has to do something. */
  public static Failure forOperator(ErrorCode code, String message) {
    return new Failure(code, ErrorCategory.ERROR_CATEGORY_OPERATOR, message);
  }

  /** This failure of going back, with why one had to go back. */
  Failure keeping(Failure first) {
    return new Failure(code, category, message + FIRST + first.message() + ")");
  }

  /** Why one had to go back, now that the rest is tried again; itself where that is all. */
  Failure kept() {
    int begin = message.indexOf(FIRST);
    return begin < 0
        ? this
        : reverting(code, message.substring(begin + FIRST.length(), message.length() - 1));
  }
}
