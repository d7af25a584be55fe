package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.deployment.ReleaseHints;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.DownloadRequest;

/** Remembers on the hub what is downloaded, as a hint. */
final class DownloadHintConsumer implements Bus.Handler<DownloadRequest> {
  private final ReleaseHints hints;

  DownloadHintConsumer(ReleaseHints hints) {
    this.hints = hints;
  }

  @Override
  public void accept(Received<DownloadRequest> message) {
    OfferHints.take(message.payload().getOffer(), hints);
  }
}
