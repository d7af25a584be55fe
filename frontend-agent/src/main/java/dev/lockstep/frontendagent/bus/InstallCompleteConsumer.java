package dev.lockstep.frontendagent.bus;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.frontendagent.domain.Place;
import dev.lockstep.frontendagent.port.AgentEvents;
import dev.lockstep.protocol.v1.InstallComplete;

/** Takes the ends of installs and deployments. */
final class InstallCompleteConsumer implements Bus.Handler<InstallComplete> {
  private final AgentEvents events;

  InstallCompleteConsumer(AgentEvents events) {
    this.events = events;
  }

  @Override
  public void accept(Received<InstallComplete> message) {
    InstallComplete end = message.payload();
    Place place = new Place(end.getDevice(), end.getComponent());
    events.ended(end.getJobId(), place);
    events.slotsChanged(place);
  }
}
