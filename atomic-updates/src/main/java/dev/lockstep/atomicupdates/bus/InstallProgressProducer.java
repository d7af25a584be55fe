package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.port.Reports.Phase;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.InstallPhase;
import dev.lockstep.protocol.v1.InstallProgress;
import dev.lockstep.protocol.version.ReleaseVersion;

/** Tells which phase an install is in, and what a deployment waits for. */
final class InstallProgressProducer {
  private final String device;
  private final Outlet outlet;

  InstallProgressProducer(String device, Outlet outlet) {
    this.device = device;
    this.outlet = outlet;
  }

  void publish(
      String jobId,
      String component,
      ReleaseVersion version,
      Phase phase,
      int percent,
      String message) {
    outlet.publish(
        Topics.INSTALL_PROGRESS,
        InstallProgress.newBuilder()
            .setJobId(DeviceJob.shown(jobId))
            .setDevice(device)
            .setComponent(component)
            .setVersion(Wire.version(version))
            .setPhase(phase(phase))
            .setPercent(Math.max(0, Math.min(100, percent)))
            .setMessage(message == null ? "" : message)
            .build());
  }

  /** The whole deployment waits: no device, no component. */
  void publishBarrier(String jobId, int percent, String message) {
    outlet.publish(
        Topics.INSTALL_PROGRESS,
        InstallProgress.newBuilder()
            .setJobId(jobId)
            .setPhase(InstallPhase.INSTALL_PHASE_BARRIER)
            .setPercent(percent)
            .setMessage(message)
            .build());
  }

  private static InstallPhase phase(Phase phase) {
    return switch (phase) {
      case PREPARE -> InstallPhase.INSTALL_PHASE_PREPARE;
      case BACKUP -> InstallPhase.INSTALL_PHASE_BACKUP;
      case STAGE -> InstallPhase.INSTALL_PHASE_STAGE;
      case ACTIVATE -> InstallPhase.INSTALL_PHASE_ACTIVATE;
      case MIGRATE -> InstallPhase.INSTALL_PHASE_MIGRATE;
      case RESTART -> InstallPhase.INSTALL_PHASE_RESTART;
      case VERIFY -> InstallPhase.INSTALL_PHASE_VERIFY;
      case COMMIT -> InstallPhase.INSTALL_PHASE_COMMIT;
      case REVERT -> InstallPhase.INSTALL_PHASE_REVERT;
    };
  }
}
