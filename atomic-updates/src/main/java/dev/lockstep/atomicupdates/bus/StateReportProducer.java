package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.DeviceUpdates;
import dev.lockstep.atomicupdates.DeviceUpdates.ComponentStatus;
import dev.lockstep.atomicupdates.deployment.Deployment;
import dev.lockstep.bus.News;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentState;
import dev.lockstep.protocol.v1.StateReport;
import java.time.Clock;
import java.time.Duration;
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
  private final News<StateReport> news;

  StateReportProducer(
      Settings settings,
      Outlet outlet,
      Supplier<Duration> pace,
      Clock clock,
      Supplier<List<Deployment>> deployments) {
    this.news = new News<>(pace);
    this.settings = settings;
    this.outlet = outlet;
    this.clock = clock;
    this.deployments = deployments;
  }

  /** Says what is new, and what is not once in a while: the broker keeps it for late joiners. */
  void publish(DeviceUpdates updates) {
    StateReport report = report(updates);
    if (news.isNews(report.toBuilder().clearAt().build(), clock.instant())) {
      publish(report, Map.of());
    }
  }

  /** Whoever listened may not any more: the next report is news again. */
  void again() {
    news.again();
  }

  /** Answers whoever asks; the attributes tie the report to the request. */
  void answer(DeviceUpdates updates, Map<String, String> attributes) {
    publish(report(updates), attributes);
  }

  private StateReport report(DeviceUpdates updates) {
    String device = settings.device().id();
    StateReport.Builder report =
        StateReport.newBuilder()
            .setDevice(device)
            .setService(SERVICE)
            .setAt(Wire.time(clock.instant()));
    updates.components().forEach(status -> report.addComponents(component(status)));
    deployments.get().forEach(deployment -> report.addJobs(Jobs.toWire(deployment)));
    updates.jobs().stream()
        .limit(MAX_JOBS)
        .forEach(job -> report.addJobs(Jobs.toWire(device, job)));
    return report.build();
  }

  private void publish(StateReport report, Map<String, String> attributes) {
    Map<String, String> keyed = new HashMap<>(attributes);
    keyed.putAll(Wire.key(report.getDevice() + "/" + SERVICE));
    outlet.publish(Topics.STATE_REPORT, report, keyed);
  }

  private ComponentState component(ComponentStatus status) {
    ComponentState.Builder state =
        ComponentState.newBuilder()
            .setDevice(settings.device().id())
            .setComponent(status.component())
            .setVersion(Wire.version(status.active()))
            .setPreviousVersion(Wire.version(status.previous()))
            .setRunning(status.healthy())
            .setProblem(status.problem());
    ComponentSettings component = settings.components().get(status.component());
    if (component != null) {
      state.setRole(Wire.role(component.role()));
    }
    status.staged().forEach(version -> state.addStagedVersions(version.toString()));
    return state.build();
  }
}
