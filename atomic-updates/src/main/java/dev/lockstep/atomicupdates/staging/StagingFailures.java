package dev.lockstep.atomicupdates.staging;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.tuf.TufException;
import java.io.IOException;

/** The ways in which staging fails, each with its code, its category and what to do. */
final class StagingFailures {
  private StagingFailures() {}

  /** The archive holds what must never be written. */
  static AtomicUpdatesException unsafe(String release, String why) {
    return refusal(
        ErrorCode.ERROR_CODE_ARCHIVE_UNSAFE,
        "cannot unpack %s: %s; nothing of it was kept, tell its publisher".formatted(release, why),
        null);
  }

  /** The archive cannot be read. */
  static AtomicUpdatesException unreadable(String what, Throwable cause) {
    return refusal(
        ErrorCode.ERROR_CODE_ARCHIVE_UNREADABLE,
        "cannot read the archive %s: %s; nothing of it was kept, tell its publisher"
            .formatted(what, reason(cause)),
        cause);
  }

  /** What was unpacked, or what is on disk, is not what was signed. */
  static AtomicUpdatesException mismatch(String release, String why) {
    return refusal(
        ErrorCode.ERROR_CODE_MANIFEST_MISMATCH,
        "cannot stage %s: it is not what its manifest says (%s); tell its publisher"
            .formatted(release, why),
        null);
  }

  /** Metadata or description that do not fit the request. */
  static AtomicUpdatesException refusal(ErrorCode code, String message, Throwable cause) {
    return new AtomicUpdatesException.Staging(
        code, ErrorCategory.ERROR_CATEGORY_OPERATOR, message, cause);
  }

  /** Somebody wanted it stopped. */
  static AtomicUpdatesException cancelled(String release) {
    return refusal(
        ErrorCode.ERROR_CODE_DOWNLOAD_CANCELLED,
        "cannot stage %s: it was cancelled; ask for the download again".formatted(release),
        null);
  }

  /** The process stops; a later call goes on. */
  static AtomicUpdatesException interrupted(String release, Throwable cause) {
    return new AtomicUpdatesException.Staging(
        ErrorCode.ERROR_CODE_DOWNLOAD_FAILED,
        ErrorCategory.ERROR_CATEGORY_RETRY,
        "cannot stage %s: it was interrupted; it goes on after the next start".formatted(release),
        cause);
  }

  /** Too little room on a file system. */
  static AtomicUpdatesException diskFull(String release, String detail, Throwable cause) {
    return refusal(
        ErrorCode.ERROR_CODE_DISK_FULL,
        "cannot stage %s: %s; free some space and try again".formatted(release, detail),
        cause);
  }

  /** The disk did not do what was asked. */
  static AtomicUpdatesException disk(String release, IOException cause) {
    if (Thread.currentThread().isInterrupted()) {
      return interrupted(release, cause);
    }
    String reason = reason(cause);
    if (reason.contains("No space left") || reason.contains("quota exceeded")) {
      return diskFull(release, "the disk is full (" + reason + ")", cause);
    }
    return refusal(
        ErrorCode.ERROR_CODE_DOWNLOAD_FAILED,
        "cannot stage %s: the disk refused (%s); check the folders' owner and rights"
            .formatted(release, reason),
        cause);
  }

  /** What the trust or the source of a release lacked; the code is the same there and here. */
  static AtomicUpdatesException of(TufException cause) {
    ErrorCode code = ErrorCode.valueOf("ERROR_CODE_" + cause.code());
    ErrorCategory category =
        switch (code) {
          case ERROR_CODE_SOURCE_UNREACHABLE,
              ERROR_CODE_SOURCE_SERVER_ERROR,
              ERROR_CODE_SOURCE_CLIENT_ERROR,
              ERROR_CODE_SOURCE_RATE_LIMITED ->
              ErrorCategory.ERROR_CATEGORY_RETRY;
          default -> ErrorCategory.ERROR_CATEGORY_OPERATOR;
        };
    return new AtomicUpdatesException.Staging(code, category, cause.getMessage(), cause);
  }

  private static String reason(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.toString();
  }
}
