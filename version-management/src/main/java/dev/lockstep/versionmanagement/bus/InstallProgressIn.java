package dev.lockstep.versionmanagement.bus;

import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.InstallProgress;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent;
import dev.lockstep.versionmanagement.port.Inbox;

/** update/install/progress. */
final class InstallProgressIn {
  private final Inbox inbox;

  InstallProgressIn(Inbox inbox) {
    this.inbox = inbox;
  }

  /** The coordinator's own progress (barriers) names no component. */
  void accept(Received<InstallProgress> message) {
    InstallProgress wire = message.payload();
    if (wire.getComponent().isEmpty()) {
      inbox.happened(wire.getJobId(), new DeploymentEvent.Heard(true));
    } else {
      inbox.progress(
          wire.getJobId(),
          Texts.site(wire.getDevice(), wire.getComponent()),
          true,
          Math.max(0, Math.min(100, wire.getPercent())));
    }
  }
}
