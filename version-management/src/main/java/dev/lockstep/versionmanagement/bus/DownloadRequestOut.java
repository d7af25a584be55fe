package dev.lockstep.versionmanagement.bus;

import dev.lockstep.protocol.release.DeviceNames;
import dev.lockstep.protocol.v1.DownloadRequest;
import dev.lockstep.versionmanagement.deployment.Deployment;

/** update/download/request. */
final class DownloadRequestOut {
  private DownloadRequestOut() {}

  static DownloadRequest toWire(Deployment deployment) {
    return DownloadRequest.newBuilder()
        .setJobId(deployment.jobId())
        .setOffer(DeviceNames.packed(OfferMessages.toWire(deployment.offer())))
        .setRequestedBy(deployment.wish().requestedBy())
        .build();
  }
}
