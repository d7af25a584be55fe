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
    String jobId = Checked.job(request.getJobId());
    if (request.getDryRun()) {
      // Each device that has the component says by itself what it would do.
      return;
    }
    coordinator.revert(
        new dev.lockstep.atomicupdates.deployment.RevertRequest(
            jobId,
            Checked.component(request.getComponent()),
            Checked.devices(request.getDevicesList()),
            Checked.versionOrNone(request.getToVersion()),
            Checked.data(request.getData(), request.getBackup()),
            Checked.text(request.getRequestedBy())));
  }
}
