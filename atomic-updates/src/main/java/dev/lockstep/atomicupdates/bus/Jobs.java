package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.DeviceUpdates.JobStatus;
import dev.lockstep.atomicupdates.deployment.Deployment;
import dev.lockstep.protocol.v1.JobState;
import java.util.Locale;

/** Jobs, domain to wire. */
final class Jobs {
  private Jobs() {}

  /** A job of this device; its kind is install or revert. */
  static JobState toWire(String device, JobStatus job) {
    JobState.Builder state =
        JobState.newBuilder()
            .setJobId(DeviceJob.shown(job.jobId()))
            .setKind(DeviceJob.reverts(job.jobId()) ? "revert" : "install")
            .setDevice(device)
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

  /** A deployment, which has no device; its kind is deployment or revert. */
  static JobState toWire(Deployment deployment) {
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

  /** Why a deployment was made. */
  static String method(Deployment deployment) {
    return deployment.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
