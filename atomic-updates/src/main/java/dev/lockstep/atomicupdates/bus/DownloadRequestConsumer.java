package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.DeviceUpdates;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.DownloadRequest;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.v1.OfferedRelease;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.Set;

/** Stages what an offer names for this device; leaves the rest to the other devices. */
final class DownloadRequestConsumer implements Bus.Handler<DownloadRequest> {
  private final String device;
  private final Set<String> components;
  private final DeviceUpdates updates;
  private final BusReports reports;

  DownloadRequestConsumer(
      String device, Set<String> components, DeviceUpdates updates, BusReports reports) {
    this.device = device;
    this.components = components;
    this.updates = updates;
    this.reports = reports;
  }

  @Override
  public void accept(Received<DownloadRequest> message) {
    DownloadRequest request = message.payload();
    String jobId = Checked.job(request.getJobId());
    Set<String> only = Checked.devices(request.getDevicesList());
    Checked.bounded("releases", request.getOffer().getReleasesCount());
    if (!only.isEmpty() && !only.contains(device)) {
      return;
    }
    for (OfferedRelease release : request.getOffer().getReleasesList()) {
      if (Checked.devices(release).contains(device)) {
        stage(jobId, release);
      }
    }
  }

  private void stage(String jobId, OfferedRelease release) {
    String component = Checked.component(release.getComponent());
    ReleaseVersion version = Checked.version(release.getToVersion());
    String target = Checked.target(release.getManifestTarget());
    // Whoever asks again has missed the end, so it is told again.
    reports.tellDownloadAgain(jobId, component);
    if (!components.contains(component)) {
      reports.downloadComplete(jobId, component, version, 0, unknown(component));
      return;
    }
    try {
      updates.stage(jobId, component, version, target);
    } catch (AtomicUpdatesException refused) {
      reports.downloadComplete(jobId, component, version, 0, refused);
    }
  }

  private AtomicUpdatesException unknown(String component) {
    return new AtomicUpdatesException.Staging(
        ErrorCode.ERROR_CODE_INSTALL_UNKNOWN_COMPONENT,
        ErrorCategory.ERROR_CATEGORY_OPERATOR,
        "cannot stage %s: device %s has no such component; name it in the device's settings"
            .formatted(component, device),
        null);
  }
}
