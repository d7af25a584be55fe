package dev.lockstep.versionmanagement.bus;

import dev.lockstep.protocol.release.DeviceNames;
import dev.lockstep.protocol.v1.ComponentRole;
import dev.lockstep.protocol.v1.ComponentState;
import dev.lockstep.protocol.v1.JobState;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.versionmanagement.deployment.Deployment;
import dev.lockstep.versionmanagement.domain.ComponentOnDevice;
import dev.lockstep.versionmanagement.domain.OfferedRelease;
import dev.lockstep.versionmanagement.port.StateView;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/** update/state/report of version-management. */
final class StateReportOut {
  static final String SERVICE = "version-management";
  private final String device;
  private final String lockstepVersion;
  private final RestartScheduledOut notices;

  StateReportOut(String device, String lockstepVersion, RestartScheduledOut notices) {
    this.device = device;
    this.lockstepVersion = lockstepVersion;
    this.notices = notices;
  }

  String device() {
    return device;
  }

  String key() {
    return device + "/" + SERVICE;
  }

  /**
   * What nobody asked for goes to everybody again and again: of other devices' components those
   * tell themselves.
   */
  StateReport inShort(StateView state) {
    StateReport own = toWire(state, component -> component.known().site().device().equals(device));
    return own.hasOffer()
        ? own.toBuilder().setOffer(DeviceNames.packed(own.getOffer())).build()
        : own;
  }

  /** Everything. */
  StateReport toWire(StateView state) {
    return toWire(state, component -> true);
  }

  private StateReport toWire(StateView state, Predicate<StateView.Component> told) {
    StateReport.Builder wire =
        StateReport.newBuilder()
            .setDevice(device)
            .setService(SERVICE)
            .setAt(Times.toWire(state.at()))
            .setLockstepVersion(lockstepVersion)
            .setAutoInstall(state.autoInstall());
    state.components().stream()
        .filter(told)
        .forEach(component -> wire.addComponents(toWire(component)));
    state.jobs().forEach(job -> wire.addJobs(toWire(job)));
    if (!state.offer().nothingToShow()) {
      wire.setOffer(OfferMessages.toWire(state.offer()));
    }
    state.plannedAt().ifPresent(at -> wire.setInstallPlannedAt(Times.toWire(at)));
    state.lastCheck().ifPresent(at -> wire.setLastCheck(Times.toWire(at)));
    state.nextCheck().ifPresent(at -> wire.setNextCheck(Times.toWire(at)));
    state.notices().forEach(plan -> wire.addNotices(notices.toWire(plan)));
    state.lastProblem().ifPresent(problem -> wire.setLastError(Problems.toWire(problem)));
    return wire.build();
  }

  private static ComponentState toWire(StateView.Component component) {
    ComponentOnDevice known = component.known();
    return ComponentState.newBuilder()
        .setDevice(known.site().device())
        .setComponent(known.site().component())
        .setRole(ComponentRole.valueOf("COMPONENT_ROLE_" + known.role().name()))
        .setVersion(known.version().map(ReleaseVersion::toString).orElse(""))
        .setPreviousVersion(known.previous().map(ReleaseVersion::toString).orElse(""))
        .addAllStagedVersions(known.staged().stream().map(ReleaseVersion::toString).toList())
        .setRunning(known.running())
        .setProblem(known.problem())
        .setAway(known.away())
        .setAvailableVersion(component.available().map(ReleaseVersion::toString).orElse(""))
        .build();
  }

  static JobState toWire(StateView.Job job) {
    Deployment deployment = job.deployment();
    JobState.Builder wire =
        JobState.newBuilder()
            .setJobId(deployment.jobId())
            .setKind("deployment")
            .setState(deployment.state().name())
            .setPercent(job.percent())
            .setContinues(job.continues())
            .setFinished(deployment.state().ended())
            .setStartedAt(Times.toWire(deployment.startedAt()));
    List<OfferedRelease> releases = deployment.offer().releases();
    if (releases.size() == 1) {
      OfferedRelease only = releases.get(0);
      wire.setComponent(only.component())
          .setFromVersion(only.from().map(ReleaseVersion::toString).orElse(""))
          .setToVersion(only.to().toString());
    }
    deployment.problem().ifPresent(problem -> wire.setError(Problems.toWire(problem)));
    deployment.finishedAt().map((Instant at) -> Times.toWire(at)).ifPresent(wire::setFinishedAt);
    return wire.build();
  }
}
