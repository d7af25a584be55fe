package dev.lockstep.versionmanagement;

import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.versionmanagement.domain.CheckResult;
import dev.lockstep.versionmanagement.domain.Problem;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that version-management could not do. The message reads "cannot X: Y; do Z"; {@link
 * #code()} and {@link #category()} are stable.
 */
public abstract sealed class VersionManagementException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final ErrorCode code;
  private final ErrorCategory category;

  private VersionManagementException(
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

  /** The same as it travels. */
  public Problem problem() {
    return new Problem(code, category, getMessage());
  }

  /** The source was not reached, or what it said is not to be trusted. */
  public static final class Source extends VersionManagementException {
    private static final long serialVersionUID = 1L;
    private final CheckResult result;
    private final transient Optional<Instant> retryAt;

    /** A code of the 3xx or 4xx range, with the result of the check that it means. */
    public Source(
        CheckResult result,
        ErrorCode code,
        ErrorCategory category,
        String message,
        Optional<Instant> retryAt,
        Throwable cause) {
      super(code, category, message, cause);
      this.result = result;
      this.retryAt = retryAt;
    }

    /** The root that comes with the installation cannot be read: {@code TRUST_NO_ROOT}. */
    public static Source noRoot(String file, Throwable cause) {
      return new Source(
          CheckResult.FAILED,
          ErrorCode.ERROR_CODE_TRUST_NO_ROOT,
          ErrorCategory.ERROR_CATEGORY_OPERATOR,
          "cannot read the root %s: %s; put the repository's root there, or correct source.root_file"
              .formatted(file, cause),
          Optional.empty(),
          cause);
    }

    /** The result of the check. */
    public CheckResult result() {
      return result;
    }

    /** When the source wants to be asked again, where it said so. */
    public Optional<Instant> retryAt() {
      return retryAt;
    }
  }

  /** A person's request is not carried out; nothing has changed. */
  public static final class Refused extends VersionManagementException {
    private static final long serialVersionUID = 1L;

    /** {@code OFFER_UNKNOWN}, {@code SCHEDULE_REFUSED}, {@code POLICY_REFUSED} and the like. */
    public Refused(ErrorCode code, String message) {
      super(code, ErrorCategory.ERROR_CATEGORY_OPERATOR, message, null);
    }
  }

  /** The journal cannot be read or written: {@code VERSIONS_STATE}. */
  public static final class State extends VersionManagementException {
    private static final long serialVersionUID = 1L;

    /** What could not be done, and what to do. */
    public State(String message, Throwable cause) {
      super(
          ErrorCode.ERROR_CODE_VERSIONS_STATE,
          ErrorCategory.ERROR_CATEGORY_OPERATOR,
          message,
          cause);
    }
  }
}
