package dev.lockstep.versionmanagement.bus;

import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.RevertRequest;
import dev.lockstep.versionmanagement.port.Inbox;
import java.util.Set;

/** update/revert/request: what a person goes back from is not installed again by itself. */
final class RevertRequestIn {
  private final Inbox inbox;

  RevertRequestIn(Inbox inbox) {
    this.inbox = inbox;
  }

  void accept(Received<RevertRequest> message) {
    RevertRequest wire = message.payload();
    if (wire.getDryRun()) {
      // Nobody goes back yet.
      return;
    }
    inbox.revertRequested(
        Texts.bounded(wire.getComponent()),
        Set.copyOf(wire.getDevicesList()),
        Texts.version(wire.getToVersion()),
        Texts.bounded(wire.getRequestedBy()));
  }
}
