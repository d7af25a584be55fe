package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.DeviceUpdates;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.DownloadCancel;

/** Stops this device's downloads of a job. */
final class DownloadCancelConsumer implements Bus.Handler<DownloadCancel> {
  private final DeviceUpdates updates;

  DownloadCancelConsumer(DeviceUpdates updates) {
    this.updates = updates;
  }

  @Override
  public void accept(Received<DownloadCancel> message) {
    updates.cancelStage(Checked.job(message.payload().getJobId()));
  }
}
