package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.DeviceUpdates;
import dev.lockstep.atomicupdates.DeviceUpdates.ComponentStatus;
import dev.lockstep.atomicupdates.DeviceUpdates.JobStatus;
import dev.lockstep.atomicupdates.deployment.Deployment;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentState;
import dev.lockstep.protocol.v1.JobState;
import dev.lockstep.protocol.v1.StateReport;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Tells everything that a late joiner needs from this device's atomic-updates. */
final class StateReportProducer {
  static final String SERVICE = "atomic-updates";
  private static final int MAX_JOBS = 50;
  private final Settings settings;
  private final Outlet outlet;
  private final Clock clock;
  private final Supplier<List<Deployment>> deployments;

  StateReportProducer(
      Settings settings, Outlet outlet, Clock clock, Supplier<List<Deployment>> deployments) {
    this.settings = settings;
    this.outlet = outlet;
    this.clock = clock;
    this.deployments = deployments;
  }

  /** Publishes the report; the attributes tie it to a request where there is one. */
  void publish(DeviceUpdates updates, Map<String, String> attributes) {
    String device = settings.device().id();
    StateReport.Builder report =
        StateReport.newBuilder()
            .setDevice(device)
            .setService(SERVICE)
            .setAt(Wire.time(clock.instant()));
    updates.components().forEach(status -> report.addComponents(component(status)));
    deployments.get().forEach(deployment -> report.addJobs(job(deployment)));
    updates.jobs().stream().limit(MAX_JOBS).forEach(job -> report.addJobs(job(job)));
    Map<String, String> keyed = new HashMap<>(attributes);
    keyed.putAll(Wire.key(device + "/" + SERVICE));
    outlet.publish(Topics.STATE_REPORT, report.build(), keyed);
  }

  private ComponentState component(ComponentStatus status) {
    ComponentState.Builder state =
        ComponentState.newBuilder()
            .setDevice(settings.device().id())
            .setComponent(status.component())
            .setVersion(Wire.version(status.active()))
            .setPreviousVersion(Wire.version(status.previous()))
            .setRunning(status.healthy());
    ComponentSettings component = settings.components().get(status.component());
    if (component != null) {
      state.setRole(Wire.role(component.role()));
    }
    status.staged().forEach(version -> state.addStagedVersions(version.toString()));
    return state.build();
  }

  private JobState job(JobStatus job) {
    JobState.Builder state =
        JobState.newBuilder()
            .setJobId(DeviceJob.shown(job.jobId()))
            .setKind(DeviceJob.reverts(job.jobId()) ? "revert" : "install")
            .setDevice(settings.device().id())
            .setComponent(job.component())
            .setFromVersion(Wire.version(job.from()))
            .setToVersion(Wire.version(job.to()))
            .setState(job.state())
            .setPercent(job.percent())
            .setFinished(job.finished());
    if (job.error() != null) {
      state.setError(Wire.error(job.error()));
    }
    if (job.startedAt() != null) {
      state.setStartedAt(Wire.time(job.startedAt()));
    }
    if (job.finishedAt() != null) {
      state.setFinishedAt(Wire.time(job.finishedAt()));
    }
    return state.build();
  }

  private static JobState job(Deployment deployment) {
    JobState.Builder state =
        JobState.newBuilder()
            .setJobId(deployment.id())
            .setKind(deployment.kind() == Deployment.Kind.REVERT ? "revert" : "deployment")
            .setState(deployment.state().name())
            .setPercent(deployment.percent())
            .setFinished(deployment.state().ended())
            .setQuestion(deployment.question())
            .setStartedAt(Wire.time(deployment.startedAt()));
    if (deployment.failure() != null) {
      state.setError(Wire.error(deployment.failure()));
    }
    if (deployment.endedAt() != null) {
      state.setFinishedAt(Wire.time(deployment.endedAt()));
    }
    return state.build();
  }
}
