package dev.lockstep.frontendagent.bus;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.frontendagent.domain.Drained;
import dev.lockstep.frontendagent.domain.Place;
import dev.lockstep.frontendagent.port.AgentEvents;
import dev.lockstep.protocol.v1.InstallProgress;

/** Follows installs as far as frontends wait for them. */
final class InstallProgressConsumer implements Bus.Handler<InstallProgress> {
  private final AgentEvents events;

  InstallProgressConsumer(AgentEvents events) {
    this.events = events;
  }

  @Override
  public void accept(Received<InstallProgress> message) {
    InstallProgress progress = message.payload();
    Place place = new Place(progress.getDevice(), progress.getComponent());
    switch (progress.getPhase()) {
      case INSTALL_PHASE_VERIFY -> stepped(progress, place, Drained.Step.VERIFY);
      case INSTALL_PHASE_COMMIT -> stepped(progress, place, Drained.Step.COMMIT);
      case INSTALL_PHASE_REVERT -> stepped(progress, place, Drained.Step.REVERT);
      default -> {
        // Nothing that a frontend waits for.
      }
    }
  }

  private void stepped(InstallProgress progress, Place place, Drained.Step step) {
    events.stepped(progress.getJobId(), place, step);
    events.slotsChanged(place);
  }
}
