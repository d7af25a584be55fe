package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.DeviceUpdates;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.InstallRequest;
import dev.lockstep.protocol.v1.ReleaseId;
import java.util.Set;

/**
 * Says what an install of the named releases would do on this device. A dry run changes nothing, so
 * that every device answers by itself, beside the hub, which answers for the order of all.
 */
final class InstallPlanConsumer implements Bus.Handler<InstallRequest> {
  private final String device;
  private final Set<String> components;
  private final DeviceUpdates updates;

  InstallPlanConsumer(String device, Set<String> components, DeviceUpdates updates) {
    this.device = device;
    this.components = components;
    this.updates = updates;
  }

  @Override
  public void accept(Received<InstallRequest> message) {
    InstallRequest request = message.payload();
    if (!request.getDryRun()) {
      return;
    }
    String job = Checked.job(request.getJobId());
    Set<String> devices = Checked.devices(request.getDevicesList());
    Checked.bounded("releases", request.getReleasesCount());
    if (!devices.isEmpty() && !devices.contains(device)) {
      return;
    }
    for (ReleaseId release : request.getReleasesList()) {
      String component = Checked.component(release.getComponent());
      if (components.contains(component)) {
        updates.install(
            new DeviceUpdates.InstallOrder(
                job,
                component,
                Checked.version(release.getVersion()),
                true,
                Checked.text(request.getRequestedBy())));
      }
    }
  }
}
