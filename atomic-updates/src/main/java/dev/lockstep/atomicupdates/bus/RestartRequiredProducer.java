package dev.lockstep.atomicupdates.bus;

import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.RestartRequired;
import dev.lockstep.protocol.version.ReleaseVersion;

/** Tells which installed code does not run yet. */
final class RestartRequiredProducer {
  private final String device;
  private final Outlet outlet;

  RestartRequiredProducer(String device, Outlet outlet) {
    this.device = device;
    this.outlet = outlet;
  }

  void publish(
      String component,
      boolean required,
      ReleaseVersion running,
      ReleaseVersion installed,
      String reason) {
    outlet.publish(
        Topics.RESTART_REQUIRED,
        RestartRequired.newBuilder()
            .setDevice(device)
            .setComponent(component)
            .setRequired(required)
            .setRunningVersion(Wire.version(running))
            .setInstalledVersion(Wire.version(installed))
            .setReason(reason == null ? "" : reason)
            .build(),
        Wire.key(device + "/" + component));
  }
}
