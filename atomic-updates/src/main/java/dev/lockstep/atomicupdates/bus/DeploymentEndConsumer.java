package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.DeviceUpdates;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallOutcome;

/** Tells the device that a whole deployment has ended: an end that names no device. */
final class DeploymentEndConsumer implements Bus.Handler<InstallComplete> {
  private final DeviceUpdates updates;

  DeploymentEndConsumer(DeviceUpdates updates) {
    this.updates = updates;
  }

  @Override
  public void accept(Received<InstallComplete> message) {
    InstallComplete end = message.payload();
    boolean whole = end.getDevice().isEmpty() && end.getComponent().isEmpty();
    if (whole && ends(end.getOutcome())) {
      updates.deploymentEnded(Checked.job(end.getJobId()));
    }
  }

  private static boolean ends(InstallOutcome outcome) {
    return switch (outcome) {
      case INSTALL_OUTCOME_COMMITTED,
          INSTALL_OUTCOME_REVERTED,
          INSTALL_OUTCOME_REVERT_FAILED,
          INSTALL_OUTCOME_REFUSED,
          INSTALL_OUTCOME_DEFERRED ->
          true;
      // A dry run changes nothing, and what is not known here is left to the repair by age.
      default -> false;
    };
  }
}
