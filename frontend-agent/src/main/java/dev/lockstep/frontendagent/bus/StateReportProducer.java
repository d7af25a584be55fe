package dev.lockstep.frontendagent.bus;

import dev.lockstep.bus.Received;
import dev.lockstep.frontendagent.domain.Announcement;
import dev.lockstep.frontendagent.domain.Notice;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentState;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.StateRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Tells everything that a late joiner needs from this agent. */
final class StateReportProducer {
  static final String SERVICE = "frontend-agent";
  private static final Duration REPEATED = Duration.ofMinutes(1);
  private final String device;
  private final Outlet outlet;
  private final Clock clock;
  private StateReport last;

  StateReportProducer(String device, Outlet outlet, Clock clock) {
    this.device = device;
    this.outlet = outlet;
    this.clock = clock;
  }

  /** Says what is new, and what is not once in a while: the broker keeps it for late joiners. */
  synchronized void publish(List<Announcement> components, List<Notice> notices) {
    StateReport report = report(components, notices);
    if (last == null || isNews(report)) {
      last = report;
      outlet.publishState(Topics.STATE_REPORT, report, key());
    }
  }

  /** Whoever listened may not any more: the next report is news again. */
  synchronized void again() {
    last = null;
  }

  private boolean isNews(StateReport report) {
    Duration since = Duration.between(Wire.instant(last.getAt()), Wire.instant(report.getAt()));
    return since.isNegative()
        || since.compareTo(REPEATED) >= 0
        || !report.toBuilder().setAt(last.getAt()).build().equals(last);
  }

  void answer(Received<StateRequest> request, List<Announcement> components, List<Notice> notices) {
    outlet.answerState(request, Topics.STATE_REPORT, report(components, notices), key());
  }

  private String key() {
    return device + "/" + SERVICE;
  }

  private StateReport report(List<Announcement> components, List<Notice> notices) {
    StateReport.Builder report =
        StateReport.newBuilder()
            .setDevice(device)
            .setService(SERVICE)
            .setAt(Wire.time(clock.instant()));
    components.forEach(component -> report.addComponents(state(component)));
    notices.forEach(notice -> report.addNotices(Wire.notice(notice)));
    return report.build();
  }

  private static ComponentState state(Announcement component) {
    ComponentState.Builder state =
        ComponentState.newBuilder()
            .setDevice(component.place().device())
            .setComponent(component.place().component())
            .setRole(Wire.role(component.role()))
            .setRunning(component.running())
            .setProblem(component.problem());
    component.installed().active().ifPresent(version -> state.setVersion(version.toString()));
    component
        .installed()
        .previous()
        .ifPresent(version -> state.setPreviousVersion(version.toString()));
    component.installed().staged().forEach(version -> state.addStagedVersions(version.toString()));
    return state.build();
  }
}
