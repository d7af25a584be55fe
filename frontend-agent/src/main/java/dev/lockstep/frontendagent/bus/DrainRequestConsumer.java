package dev.lockstep.frontendagent.bus;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.frontendagent.domain.Place;
import dev.lockstep.frontendagent.port.AgentEvents;
import dev.lockstep.frontendagent.port.Frontend;
import dev.lockstep.protocol.v1.DrainRequest;

/** Takes the request to finish and let go. */
final class DrainRequestConsumer implements Bus.Handler<DrainRequest> {
  private final AgentEvents events;
  private final DrainResponseProducer answers;

  DrainRequestConsumer(AgentEvents events, DrainResponseProducer answers) {
    this.events = events;
    this.answers = answers;
  }

  @Override
  public void accept(Received<DrainRequest> message) {
    DrainRequest request = message.payload();
    Place place = new Place(request.getDevice(), request.getComponent());
    events.drainAsked(
        new Frontend.Request(
            request.getJobId(),
            place.device(),
            place.component(),
            "",
            false,
            Wire.share(request.getDeadline())),
        new AgentEvents.DrainAnswer() {
          @Override
          public void drained(String component, byte[] state) {
            answers.drained(message, component, state);
          }

          @Override
          public void failed(String component, String why) {
            answers.failed(message, component, why);
          }
        });
  }
}
