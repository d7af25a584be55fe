package dev.lockstep.atomicupdates.bus;

import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.DrainRequest;
import java.time.Duration;
import java.util.Map;

/** Asks components to finish and let go. */
final class DrainRequestProducer {
  private final String device;
  private final Outlet outlet;
  private final Duration deadline;

  DrainRequestProducer(String device, Outlet outlet, Duration deadline) {
    this.device = device;
    this.outlet = outlet;
    this.deadline = deadline;
  }

  void publish(String correlationId, String jobId, String component) {
    outlet.publish(
        Topics.DRAIN_REQUEST,
        DrainRequest.newBuilder()
            .setJobId(DeviceJob.shown(jobId))
            .setDevice(device)
            .setComponent(component)
            .setDeadline(Wire.duration(deadline))
            .build(),
        Map.of(Attributes.CORRELATION_ID, correlationId));
  }
}
