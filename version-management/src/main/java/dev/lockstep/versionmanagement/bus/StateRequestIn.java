package dev.lockstep.versionmanagement.bus;

import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.StateRequest;
import dev.lockstep.versionmanagement.port.Inbox;

/** update/state/request, where it concerns version-management of this device. */
final class StateRequestIn {
  private final Inbox inbox;
  private final Publisher publisher;
  private final StateReportOut report;

  StateRequestIn(Inbox inbox, Publisher publisher, StateReportOut report) {
    this.inbox = inbox;
    this.publisher = publisher;
    this.report = report;
  }

  void accept(Received<StateRequest> request) {
    StateRequest wire = request.payload();
    boolean service =
        wire.getServicesCount() == 0 || wire.getServicesList().contains(StateReportOut.SERVICE);
    boolean device = wire.getDevicesCount() == 0 || wire.getDevicesList().contains(report.device());
    if (service && device) {
      inbox.stateRequested(
          state -> publisher.reply(request, Topics.STATE_REPORT, report.toWire(state)));
    }
  }
}
