package dev.lockstep.frontendagent.bus;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.frontendagent.port.AgentEvents;
import dev.lockstep.protocol.v1.StateRequest;
import java.util.List;

/** Takes the question how things stand, where this device and service are meant. */
final class StateRequestConsumer implements Bus.Handler<StateRequest> {
  private final String device;
  private final AgentEvents events;
  private final StateReportProducer reports;

  StateRequestConsumer(String device, AgentEvents events, StateReportProducer reports) {
    this.device = device;
    this.events = events;
    this.reports = reports;
  }

  @Override
  public void accept(Received<StateRequest> message) {
    StateRequest request = message.payload();
    if (names(request.getDevicesList(), device)
        && names(request.getServicesList(), StateReportProducer.SERVICE)) {
      events.stateAsked((components, notices) -> reports.answer(message, components, notices));
    }
  }

  private static boolean names(List<String> named, String self) {
    return named.isEmpty() || named.contains(self);
  }
}
