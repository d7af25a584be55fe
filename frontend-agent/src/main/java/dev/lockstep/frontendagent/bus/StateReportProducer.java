package dev.lockstep.frontendagent.bus;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.frontendagent.domain.Installed;
import dev.lockstep.frontendagent.domain.Notice;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentState;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.StateRequest;
import java.time.Instant;
import java.util.List;

/** Answers {@code update/state/request} with the agent's {@code update/state/report}. */
public final class StateReportProducer {
  /** The name under which the agent reports. */
  public static final String SERVICE = "frontend-agent";

  private final Bus bus;
  private final String device;

  /** Reports for that device. */
  public StateReportProducer(Bus bus, String device) {
    this.bus = bus;
    this.device = device;
  }

  /** Whether the request is for this service of this device. */
  public boolean asked(StateRequest request) {
    return (request.getDevicesList().isEmpty() || request.getDevicesList().contains(device))
        && (request.getServicesList().isEmpty() || request.getServicesList().contains(SERVICE));
  }

  /** Answers. */
  public void reply(
      Received<StateRequest> request,
      List<ComponentState> components,
      List<Notice> notices,
      Instant now) {
    StateReport.Builder report =
        StateReport.newBuilder()
            .setDevice(device)
            .setService(SERVICE)
            .setAt(Times.toWire(now))
            .addAllComponents(components);
    notices.forEach(notice -> report.addNotices(NoticeReader.write(notice, now)));
    bus.reply(request, Topics.STATE_REPORT, report.build());
  }

  /** One component of the report. */
  public ComponentState component(
      ComponentSettings component, Installed installed, boolean running) {
    return ComponentState.newBuilder()
        .setDevice(device)
        .setComponent(component.id())
        .setRole(AnnounceProducer.role(component.role()))
        .setVersion(installed.version())
        .setPreviousVersion(installed.previous())
        .addAllStagedVersions(installed.staged())
        .setRunning(running)
        .build();
  }
}
