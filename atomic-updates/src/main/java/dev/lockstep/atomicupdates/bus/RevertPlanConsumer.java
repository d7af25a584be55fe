package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.DeviceUpdates;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.RevertRequest;
import java.util.Set;

/**
 * Says what a revert would do on this device and what would be lost. A dry run changes nothing, so
 * that every device answers by itself and the hub has nothing to coordinate.
 */
final class RevertPlanConsumer implements Bus.Handler<RevertRequest> {
  private final String device;
  private final Set<String> components;
  private final DeviceUpdates updates;

  RevertPlanConsumer(String device, Set<String> components, DeviceUpdates updates) {
    this.device = device;
    this.components = components;
    this.updates = updates;
  }

  @Override
  public void accept(Received<RevertRequest> message) {
    RevertRequest request = message.payload();
    if (!request.getDryRun()) {
      return;
    }
    String component = Checked.component(request.getComponent());
    Set<String> devices = Checked.devices(request.getDevicesList());
    boolean meant = devices.isEmpty() || devices.contains(device);
    if (meant && components.contains(component)) {
      updates.revert(
          new DeviceUpdates.RevertOrder(
              Checked.job(request.getJobId()),
              component,
              Checked.versionOrNone(request.getToVersion()),
              Checked.data(request.getData(), request.getBackup()),
              true,
              Checked.text(request.getRequestedBy())));
    }
  }
}
