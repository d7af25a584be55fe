package dev.lockstep.frontendagent.bus;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.frontendagent.domain.Place;
import dev.lockstep.frontendagent.port.AgentEvents;
import dev.lockstep.protocol.v1.ComponentState;
import dev.lockstep.protocol.v1.JobState;
import dev.lockstep.protocol.v1.RestartScheduled;
import dev.lockstep.protocol.v1.StateReport;
import java.util.Set;

/** Repairs what was missed: notices, and the ends of installs. */
final class StateReportConsumer implements Bus.Handler<StateReport> {
  private static final Set<String> ENDING = Set.of("install", "revert", "deployment");

  /** Who starts and stops components. */
  private static final String STARTER = "atomic-updates";

  private static final String PLANNER = "version-management";
  private final AgentEvents events;

  StateReportConsumer(AgentEvents events) {
    this.events = events;
  }

  @Override
  public void accept(Received<StateReport> message) {
    StateReport report = message.payload();
    events.heard(message.source(), message.sentAt());
    if (report.getService().equals(StateReportProducer.SERVICE)) {
      return;
    }
    if (report.getService().equals(PLANNER)) {
      events.reported();
    }
    if (report.getService().equals(STARTER)) {
      for (ComponentState component : report.getComponentsList()) {
        Place place = new Place(component.getDevice(), component.getComponent());
        events.told(place, component.getRunning() ? "" : component.getProblem());
      }
    }
    for (RestartScheduled notice : report.getNoticesList()) {
      events.noticed(Wire.notice(notice, message.source()));
    }
    for (JobState job : report.getJobsList()) {
      // A download has the job id of the install that follows it.
      if (job.getFinished() && ENDING.contains(job.getKind())) {
        events.ended(job.getJobId(), new Place(job.getDevice(), job.getComponent()));
      }
    }
  }
}
