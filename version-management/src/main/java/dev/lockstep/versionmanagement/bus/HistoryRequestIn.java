package dev.lockstep.versionmanagement.bus;

import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.HistoryReport;
import dev.lockstep.protocol.v1.HistoryRequest;
import dev.lockstep.protocol.v1.JobRecord;
import dev.lockstep.versionmanagement.port.HistoryView;
import dev.lockstep.versionmanagement.port.Inbox;
import dev.lockstep.versionmanagement.port.StateView;

/** update/history/request, where it concerns version-management: checks and deployments. */
final class HistoryRequestIn {
  private static final int USUAL = 50;
  private static final int MOST = 1_000;
  private final Inbox inbox;
  private final Publisher publisher;
  private final StateReportOut report;

  HistoryRequestIn(Inbox inbox, Publisher publisher, StateReportOut report) {
    this.inbox = inbox;
    this.publisher = publisher;
    this.report = report;
  }

  void accept(Received<HistoryRequest> request) {
    HistoryRequest wire = request.payload();
    boolean service =
        wire.getServicesCount() == 0 || wire.getServicesList().contains(StateReportOut.SERVICE);
    boolean device = wire.getDevicesCount() == 0 || wire.getDevicesList().contains(report.device());
    if (!service || !device) {
      return;
    }
    long wanted = Integer.toUnsignedLong(wire.getLimit());
    int limit = wanted == 0 ? USUAL : (int) Math.min(wanted, MOST);
    // A job that is named may be older than those that are shown.
    int looked = wire.getJobId().isEmpty() ? limit + 1 : MOST;
    inbox.historyRequested(
        looked,
        history -> publisher.reply(request, Topics.HISTORY_REPORT, toWire(wire, limit, history)));
  }

  private HistoryReport toWire(HistoryRequest wanted, int limit, HistoryView history) {
    HistoryReport.Builder wire =
        HistoryReport.newBuilder()
            .setDevice(report.device())
            .setService(StateReportOut.SERVICE)
            .setAt(Times.toWire(history.at()));
    if (!wanted.getComponent().isEmpty()) {
      // Checks and deployments are about all components.
      return wire.build();
    }
    history.deployments().stream()
        .filter(job -> job.deployment().jobId().startsWith(wanted.getJobId()))
        .forEach(job -> wire.addJobs(record(job)));
    history.checks().stream()
        .filter(check -> CheckJobs.id(check).startsWith(wanted.getJobId()))
        .limit(limit)
        .forEach(check -> wire.addJobs(CheckJobs.toWire(report.device(), check)));
    return wire.setMore(wanted.getJobId().isEmpty() && history.checks().size() > limit).build();
  }

  private static JobRecord record(StateView.Job job) {
    return JobRecord.newBuilder()
        .setJob(StateReportOut.toWire(job))
        .setMethod("offer")
        .setRequestedBy(Texts.bounded(job.deployment().wish().requestedBy()))
        .build();
  }
}
