package dev.lockstep.versionmanagement.bus;

import dev.lockstep.protocol.v1.DownloadCancel;
import dev.lockstep.versionmanagement.deployment.Deployment;

/** update/download/cancel. */
final class DownloadCancelOut {
  private DownloadCancelOut() {}

  static DownloadCancel toWire(Deployment deployment) {
    return DownloadCancel.newBuilder()
        .setJobId(deployment.jobId())
        .setRequestedBy(deployment.wish().requestedBy())
        .build();
  }
}
