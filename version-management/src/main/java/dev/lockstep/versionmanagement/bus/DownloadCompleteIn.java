package dev.lockstep.versionmanagement.bus;

import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.DownloadComplete;
import dev.lockstep.protocol.v1.DownloadOutcome;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent;
import dev.lockstep.versionmanagement.domain.Problem;
import dev.lockstep.versionmanagement.domain.Site;
import dev.lockstep.versionmanagement.port.Inbox;

/** update/download/complete. */
final class DownloadCompleteIn {
  private final Inbox inbox;

  DownloadCompleteIn(Inbox inbox) {
    this.inbox = inbox;
  }

  void accept(Received<DownloadComplete> message) {
    DownloadComplete wire = message.payload();
    Site site = Texts.site(wire.getDevice(), wire.getComponent());
    boolean staged =
        wire.getOutcome() == DownloadOutcome.DOWNLOAD_OUTCOME_COMPLETED && wire.getStaged();
    inbox.happened(
        wire.getJobId(),
        staged
            ? new DeploymentEvent.Staged(site, ReleaseVersion.parse(wire.getVersion()))
            : new DeploymentEvent.StagingFailed(site, problem(wire)));
  }

  private static Problem problem(DownloadComplete wire) {
    if (wire.hasError()) {
      return Problems.toDomain(wire.getError());
    }
    return wire.getOutcome() == DownloadOutcome.DOWNLOAD_OUTCOME_CANCELLED
        ? Problem.retry(ErrorCode.ERROR_CODE_DOWNLOAD_CANCELLED, "the download was cancelled")
        : Problem.retry(
            ErrorCode.ERROR_CODE_DOWNLOAD_FAILED, "the download failed; see the device's log");
  }
}
