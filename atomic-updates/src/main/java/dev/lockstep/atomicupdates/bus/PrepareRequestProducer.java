package dev.lockstep.atomicupdates.bus;

import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.PrepareRequest;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Duration;
import java.util.Map;

/** Asks components whether an install may start. */
final class PrepareRequestProducer {
  private final String device;
  private final Outlet outlet;
  private final Duration deadline;

  PrepareRequestProducer(String device, Outlet outlet, Duration deadline) {
    this.device = device;
    this.outlet = outlet;
    this.deadline = deadline;
  }

  void publish(
      String correlationId,
      String jobId,
      String component,
      ReleaseVersion version,
      boolean critical) {
    outlet.publish(
        Topics.PREPARE_REQUEST,
        PrepareRequest.newBuilder()
            .setJobId(DeviceJob.shown(jobId))
            .setDevice(device)
            .setComponent(component)
            .setToVersion(Wire.version(version))
            .setDeadline(Wire.duration(deadline))
            .setCritical(critical)
            .build(),
        Map.of(Attributes.CORRELATION_ID, correlationId));
  }
}
