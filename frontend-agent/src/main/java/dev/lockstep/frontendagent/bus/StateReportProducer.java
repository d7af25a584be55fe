package dev.lockstep.frontendagent.bus;

import dev.lockstep.bus.News;
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
import java.util.function.Supplier;

/** Tells everything that a late joiner needs from this agent. */
final class StateReportProducer {
  static final String SERVICE = "frontend-agent";
  private final String device;
  private final Outlet outlet;
  private final Clock clock;
  private final News<StateReport> news;

  StateReportProducer(String device, Outlet outlet, Supplier<Duration> pace, Clock clock) {
    this.news = new News<>(pace);
    this.device = device;
    this.outlet = outlet;
    this.clock = clock;
  }

  /** Says what is new, and what is not once in a while: the broker keeps it for late joiners. */
  void publish(List<Announcement> components, List<Notice> notices) {
    StateReport report = report(components, notices);
    if (news.isNews(report.toBuilder().clearAt().build(), clock.instant())) {
      outlet.publishState(Topics.STATE_REPORT, report, key());
    }
  }

  /** Whoever listened may not any more: the next report is news again. */
  void again() {
    news.again();
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
