package dev.lockstep.versionmanagement.bus;

import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.DownloadProgress;
import dev.lockstep.versionmanagement.port.Inbox;

/** update/download/progress. */
final class DownloadProgressIn {
  private final Inbox inbox;

  DownloadProgressIn(Inbox inbox) {
    this.inbox = inbox;
  }

  void accept(Received<DownloadProgress> message) {
    DownloadProgress wire = message.payload();
    inbox.progress(
        wire.getJobId(),
        Texts.site(wire.getDevice(), wire.getComponent()),
        false,
        Math.max(0, Math.min(100, wire.getPercent())));
  }
}
