package dev.lockstep.frontendagent.bus;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.frontendagent.port.AgentEvents;
import dev.lockstep.protocol.v1.RestartScheduled;

/** Takes restart notices. */
final class RestartScheduledConsumer implements Bus.Handler<RestartScheduled> {
  private final AgentEvents events;

  RestartScheduledConsumer(AgentEvents events) {
    this.events = events;
  }

  @Override
  public void accept(Received<RestartScheduled> message) {
    events.heard(message.source(), message.sentAt());
    events.noticed(Wire.notice(message.payload(), message.source()));
  }
}
