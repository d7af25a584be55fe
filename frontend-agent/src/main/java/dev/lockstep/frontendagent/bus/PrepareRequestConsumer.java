package dev.lockstep.frontendagent.bus;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.frontendagent.domain.Place;
import dev.lockstep.frontendagent.port.AgentEvents;
import dev.lockstep.frontendagent.port.Frontend;
import dev.lockstep.protocol.v1.PrepareRequest;

/** Takes the question whether an install may start. */
final class PrepareRequestConsumer implements Bus.Handler<PrepareRequest> {
  private final AgentEvents events;
  private final PrepareResponseProducer answers;

  PrepareRequestConsumer(AgentEvents events, PrepareResponseProducer answers) {
    this.events = events;
    this.answers = answers;
  }

  @Override
  public void accept(Received<PrepareRequest> message) {
    PrepareRequest request = message.payload();
    Place place = new Place(request.getDevice(), request.getComponent());
    events.prepareAsked(
        new Frontend.Request(
            request.getJobId(),
            place.device(),
            place.component(),
            request.getToVersion(),
            request.getCritical(),
            Wire.share(request.getDeadline())),
        (component, inhibition) -> answers.reply(message, component, inhibition));
  }
}
