package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.deployment.ReleaseHints;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.UpdateAvailable;

/** Remembers on the hub what is offered, as a hint. */
final class AvailableConsumer implements Bus.Handler<UpdateAvailable> {
  private final ReleaseHints hints;

  AvailableConsumer(ReleaseHints hints) {
    this.hints = hints;
  }

  @Override
  public void accept(Received<UpdateAvailable> message) {
    OfferHints.take(message.payload().getOffer(), hints);
  }
}
