package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.util.Objects;

/**
 * Why something did not work.
 *
 * @param code stable
 * @param category what can be done about it
 * @param message for people: "cannot X: Y; do Z"
 */
public record Problem(ErrorCode code, ErrorCategory category, String message) {
  /** Checks that nothing is missing. */
  public Problem {
    Objects.requireNonNull(code);
    Objects.requireNonNull(category);
    Objects.requireNonNull(message);
  }

  /** A problem that trying again may solve. */
  public static Problem retry(ErrorCode code, String message) {
    return new Problem(code, ErrorCategory.ERROR_CATEGORY_RETRY, message);
  }

  /** A problem that a person has to solve. */
  public static Problem operator(ErrorCode code, String message) {
    return new Problem(code, ErrorCategory.ERROR_CATEGORY_OPERATOR, message);
  }
}
