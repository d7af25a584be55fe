package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.deployment.Coordinator;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.RevertRequest;

/** Gives revert requests to the hub's coordinator. */
final class RevertRequestConsumer implements Bus.Handler<RevertRequest> {
  private final Coordinator coordinator;

  RevertRequestConsumer(Coordinator coordinator) {
    this.coordinator = coordinator;
  }

  @Override
  public void accept(Received<RevertRequest> message) {
    RevertRequest request = message.payload();
    coordinator.revert(
        new dev.lockstep.atomicupdates.deployment.RevertRequest(
            Checked.job(request.getJobId()),
            Checked.component(request.getComponent()),
            Checked.devices(request.getDevicesList()),
            Checked.versionOrNone(request.getToVersion()),
            Checked.text(request.getRequestedBy())));
  }
}
