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
}
