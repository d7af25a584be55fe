package dev.lockstep.frontendagent.bus;

import dev.lockstep.bus.Received;
import dev.lockstep.frontendagent.port.Frontend;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.Inhibit;
import dev.lockstep.protocol.v1.PrepareRequest;
import dev.lockstep.protocol.v1.PrepareResponse;
import java.util.Optional;

/** Answers whether an install may start. */
final class PrepareResponseProducer {
  private final String device;
  private final Outlet outlet;

  PrepareResponseProducer(String device, Outlet outlet) {
    this.device = device;
    this.outlet = outlet;
  }

  void reply(
      Received<PrepareRequest> request,
      String component,
      Optional<Frontend.Inhibition> inhibition) {
    PrepareResponse.Builder answer =
        PrepareResponse.newBuilder()
            .setJobId(request.payload().getJobId())
            .setDevice(device)
            .setComponent(component);
    inhibition.ifPresent(
        why ->
            answer.setInhibit(
                Inhibit.newBuilder()
                    .setOwner(why.owner())
                    .setReason(why.reason())
                    .setUntil(Wire.time(why.until()))));
    outlet.reply(request, Topics.PREPARE_RESPONSE, answer.build());
  }
}
