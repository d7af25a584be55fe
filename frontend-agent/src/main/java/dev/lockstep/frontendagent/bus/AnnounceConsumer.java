package dev.lockstep.frontendagent.bus;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.frontendagent.domain.Place;
import dev.lockstep.frontendagent.port.AgentEvents;
import dev.lockstep.protocol.v1.ComponentAnnounce;

/** Takes in who else is there. */
final class AnnounceConsumer implements Bus.Handler<ComponentAnnounce> {
  private final AgentEvents events;

  AnnounceConsumer(AgentEvents events) {
    this.events = events;
  }

  @Override
  public void accept(Received<ComponentAnnounce> message) {
    ComponentAnnounce announce = message.payload();
    events.heard(message.source(), message.sentAt());
    Place place = new Place(announce.getDevice(), announce.getComponent());
    Wire.role(announce.getRole()).ifPresent(role -> events.announced(place, role));
  }
}
