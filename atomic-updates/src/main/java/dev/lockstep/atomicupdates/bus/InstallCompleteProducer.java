package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.deployment.Deployment;
import dev.lockstep.atomicupdates.deployment.DeploymentState;
import dev.lockstep.atomicupdates.port.Forecast;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallForecast;
import dev.lockstep.protocol.v1.InstallOutcome;
import java.time.Duration;
import java.util.List;

/** Tells how installs and whole deployments ended. */
final class InstallCompleteProducer {
  private final String device;
  private final Outlet outlet;

  InstallCompleteProducer(String device, Outlet outlet) {
    this.device = device;
    this.outlet = outlet;
  }

  void publish(InstallResult result) {
    InstallComplete.Builder message =
        InstallComplete.newBuilder()
            .setJobId(DeviceJob.shown(result.jobId()))
            .setDevice(device)
            .setComponent(result.component())
            .setFromVersion(Wire.version(result.from()))
            .setToVersion(Wire.version(result.to()))
            .setOutcome(Wire.outcome(result.outcome()))
            .setDuration(Wire.duration(orZero(result.duration())))
            .setDowntime(Wire.duration(orZero(result.downtime())));
    if (result.error() != null) {
      message.setError(Wire.error(result.error()));
    }
    if (result.plan() != null) {
      message.addAllPlan(result.plan());
    }
    if (result.forecast() != null) {
      message.setForecast(forecast(result.forecast()));
    }
    outlet.publish(Topics.INSTALL_COMPLETE, message.build());
  }

  private static InstallForecast forecast(Forecast forecast) {
    Forecast.Download download = forecast.download();
    InstallForecast.Builder message =
        InstallForecast.newBuilder()
            .setStaged(download.staged())
            .setDownloadBytes(download.bytes())
            .setArchiveBytes(download.archiveBytes())
            .setDeltaFrom(Wire.version(download.deltaFrom()))
            .setSizesUnknown(download.unknown())
            .setDiskBytes(download.diskBytes())
            .setDiskFreeBytes(download.diskFree())
            .setBackupBytes(forecast.backupBytes())
            .addAllAsked(forecast.asked())
            .addAllDrained(forecast.drained())
            .addAllRestarts(forecast.restarts());
    forecast
        .expectedDowntime()
        .ifPresent(downtime -> message.setExpectedDowntime(Wire.duration(downtime)));
    return message.build();
  }

  /** The end of a deployment: no device, no component. */
  void publish(Deployment ended) {
    InstallComplete.Builder message =
        InstallComplete.newBuilder()
            .setJobId(ended.id())
            .setOutcome(outcome(ended.state()))
            .setDuration(Wire.duration(Duration.between(ended.startedAt(), ended.endedAt())));
    if (ended.failure() != null) {
      message.setError(Wire.error(ended.failure()));
    }
    outlet.require(Topics.INSTALL_COMPLETE, message.build());
  }

  /** The answer to a dry run. */
  void publishPlan(String jobId, List<String> plan) {
    outlet.publish(
        Topics.INSTALL_COMPLETE,
        InstallComplete.newBuilder()
            .setJobId(jobId)
            .setOutcome(InstallOutcome.INSTALL_OUTCOME_DRY_RUN)
            .addAllPlan(plan)
            .build());
  }

  private static InstallOutcome outcome(DeploymentState state) {
    return switch (state) {
      case COMMITTED -> InstallOutcome.INSTALL_OUTCOME_COMMITTED;
      case REVERTED -> InstallOutcome.INSTALL_OUTCOME_REVERTED;
      case REVERT_FAILED -> InstallOutcome.INSTALL_OUTCOME_REVERT_FAILED;
      case REFUSED -> InstallOutcome.INSTALL_OUTCOME_REFUSED;
      case DEFERRED -> InstallOutcome.INSTALL_OUTCOME_DEFERRED;
      case STAGING, BACKEND, FRONTENDS, REVERTING ->
          throw new IllegalArgumentException("a deployment in " + state + " has not ended");
    };
  }

  private static Duration orZero(Duration duration) {
    return duration == null ? Duration.ZERO : duration;
  }
}
