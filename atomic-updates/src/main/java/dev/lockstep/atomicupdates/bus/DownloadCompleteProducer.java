package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.DownloadComplete;
import dev.lockstep.protocol.v1.DownloadOutcome;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;

/** Tells how downloads ended. */
final class DownloadCompleteProducer {
  private final String device;
  private final Outlet outlet;

  DownloadCompleteProducer(String device, Outlet outlet) {
    this.device = device;
    this.outlet = outlet;
  }

  void publish(
      String jobId,
      String component,
      ReleaseVersion version,
      long bytesFetched,
      AtomicUpdatesException error) {
    DownloadComplete.Builder message =
        DownloadComplete.newBuilder()
            .setJobId(jobId)
            .setDevice(device)
            .setComponent(component)
            .setVersion(Wire.version(version))
            .setOutcome(outcome(error))
            .setStaged(error == null)
            .setBytesFetched(bytesFetched);
    if (error != null) {
      message.setError(Wire.error(error));
    }
    outlet.publish(Topics.DOWNLOAD_COMPLETE, message.build());
  }

  private static DownloadOutcome outcome(AtomicUpdatesException error) {
    if (error == null) {
      return DownloadOutcome.DOWNLOAD_OUTCOME_COMPLETED;
    }
    return error.code() == ErrorCode.ERROR_CODE_DOWNLOAD_CANCELLED
        ? DownloadOutcome.DOWNLOAD_OUTCOME_CANCELLED
        : DownloadOutcome.DOWNLOAD_OUTCOME_FAILED;
  }
}
