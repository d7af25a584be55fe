package dev.lockstep.versionmanagement.adapter;

import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.tuf.FetchException;
import dev.lockstep.tuf.TufException;
import dev.lockstep.versionmanagement.VersionManagementException;
import dev.lockstep.versionmanagement.domain.CheckResult;
import java.time.Instant;
import java.util.Optional;

/** What the errors of the TUF client mean for a check. */
final class SourceFailures {
  private SourceFailures() {}

  static VersionManagementException.Source of(TufException failure) {
    ErrorCode code = ErrorCode.valueOf("ERROR_CODE_" + failure.code());
    Optional<Instant> retryAt =
        failure instanceof FetchException fetch ? fetch.retryAfter() : Optional.empty();
    return new VersionManagementException.Source(
        result(code), code, category(code), failure.getMessage(), retryAt, failure);
  }

  private static CheckResult result(ErrorCode code) {
    return switch (code) {
      case ERROR_CODE_SOURCE_UNREACHABLE -> CheckResult.UNREACHABLE;
      case ERROR_CODE_SOURCE_CLIENT_ERROR -> CheckResult.CLIENT_ERROR;
      case ERROR_CODE_SOURCE_SERVER_ERROR -> CheckResult.SERVER_ERROR;
      case ERROR_CODE_SOURCE_RATE_LIMITED -> CheckResult.RATE_LIMITED;
      case ERROR_CODE_SOURCE_MALFORMED, ERROR_CODE_TRUST_MALFORMED -> CheckResult.MALFORMED;
      case ERROR_CODE_TRUST_SIGNATURE,
          ERROR_CODE_TRUST_ROLLBACK,
          ERROR_CODE_TRUST_EXPIRED,
          ERROR_CODE_TRUST_MIX_AND_MATCH,
          ERROR_CODE_TRUST_LENGTH_OR_HASH,
          ERROR_CODE_TRUST_UNKNOWN_TARGET,
          ERROR_CODE_TRUST_LIMIT,
          ERROR_CODE_TRUST_DESCRIPTION ->
          CheckResult.UNTRUSTED;
      // Plain http, a redirect, no root, the store or the clock of this device.
      default -> CheckResult.FAILED;
    };
  }

  private static ErrorCategory category(ErrorCode code) {
    return switch (result(code)) {
      case UNREACHABLE, SERVER_ERROR, RATE_LIMITED -> ErrorCategory.ERROR_CATEGORY_RETRY;
      default -> ErrorCategory.ERROR_CATEGORY_OPERATOR;
    };
  }
}
