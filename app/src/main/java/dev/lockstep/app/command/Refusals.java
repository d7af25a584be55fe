package dev.lockstep.app.command;

import dev.lockstep.app.ExitCode;
import dev.lockstep.protocol.v1.ErrorCode;

/** What a refusal means for the exit code (R130). */
final class Refusals {
  private Refusals() {}

  static ExitCode exitCodeOf(ErrorCode code) {
    return switch (code) {
      case ERROR_CODE_OFFER_UNKNOWN,
          ERROR_CODE_INSTALL_UNKNOWN_COMPONENT,
          ERROR_CODE_DEPLOYMENT_UNKNOWN_DEVICE,
          ERROR_CODE_NO_ARTIFACT_FOR_PLATFORM ->
          ExitCode.NOT_FOUND;
      case ERROR_CODE_POLICY_REFUSED -> ExitCode.DEFERRED;
      default -> ExitCode.FAILED;
    };
  }
}
