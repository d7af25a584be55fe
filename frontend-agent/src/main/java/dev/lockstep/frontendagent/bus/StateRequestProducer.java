package dev.lockstep.frontendagent.bus;

import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.StateRequest;
import java.util.List;
import java.util.Map;

/** Asks the services that change or plan something how things stand. */
final class StateRequestProducer {
  private final Outlet outlet;

  StateRequestProducer(Outlet outlet) {
    this.outlet = outlet;
  }

  void publish() {
    outlet.publish(
        Topics.STATE_REQUEST,
        StateRequest.newBuilder()
            .addAllServices(List.of("version-management", "atomic-updates"))
            .build(),
        Map.of());
  }
}
