package dev.lockstep.frontendagent.bus;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.frontendagent.domain.Place;
import dev.lockstep.frontendagent.port.AgentEvents;
import dev.lockstep.protocol.v1.DownloadComplete;

/** Hears that something was staged. */
final class DownloadCompleteConsumer implements Bus.Handler<DownloadComplete> {
  private final AgentEvents events;

  DownloadCompleteConsumer(AgentEvents events) {
    this.events = events;
  }

  @Override
  public void accept(Received<DownloadComplete> message) {
    DownloadComplete end = message.payload();
    events.slotsChanged(new Place(end.getDevice(), end.getComponent()));
  }
}
