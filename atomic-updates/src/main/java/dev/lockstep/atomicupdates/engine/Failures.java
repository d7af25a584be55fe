package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;

/** Failures as the journal holds them, and as exceptions. */
final class Failures {
  private static final int FIRST_INSTALL_CODE = 600;

  private Failures() {}

  /** What was thrown; anything that is not of this module's family is a defect. */
  static Failure of(String doing, Throwable thrown) {
    if (thrown instanceof AtomicUpdatesException known) {
      return new Failure(known.code(), known.category(), Secrets.mask(known.getMessage()));
    }
    return new Failure(
        ErrorCode.ERROR_CODE_INTERNAL,
        ErrorCategory.ERROR_CATEGORY_BUG,
        Secrets.mask("cannot " + doing + ": " + thrown + "; report this defect"));
  }

  /** As an exception; null for null. */
  static AtomicUpdatesException exception(Failure failure) {
    if (failure == null) {
      return null;
    }
    return failure.code().getNumber() < FIRST_INSTALL_CODE
        ? new AtomicUpdatesException.Staging(
            failure.code(), failure.category(), failure.message(), null)
        : new AtomicUpdatesException.Install(
            failure.code(), failure.category(), failure.message(), null);
  }
}
