package dev.lockstep.versionmanagement.bus;

import dev.lockstep.protocol.v1.Error;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.versionmanagement.domain.Problem;

/** Errors as they travel. */
final class Problems {
  private Problems() {}

  static Error toWire(Problem problem) {
    return Error.newBuilder()
        .setCode(problem.code())
        .setCategory(problem.category())
        .setMessage(problem.message())
        .build();
  }

  /** An error of a newer version keeps its text. */
  static Problem toDomain(Error error) {
    ErrorCode code = error.getCode();
    ErrorCategory category = error.getCategory();
    return new Problem(
        code == ErrorCode.UNRECOGNIZED ? ErrorCode.ERROR_CODE_UNSPECIFIED : code,
        category == ErrorCategory.UNRECOGNIZED
            ? ErrorCategory.ERROR_CATEGORY_UNSPECIFIED
            : category,
        Texts.bounded(error.getMessage()));
  }
}
