package dev.lockstep.versionmanagement.bus;

import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.LogLine;
import dev.lockstep.protocol.v1.LogReport;
import dev.lockstep.protocol.v1.LogRequest;
import dev.lockstep.versionmanagement.port.Inbox;
import dev.lockstep.versionmanagement.port.Journal.NumberedCheck;
import java.util.List;

/** update/log/request: the logs of checks. */
final class LogRequestIn {
  private static final int LOOKED_AT = 1_000;
  private final Inbox inbox;
  private final Publisher publisher;
  private final String device;

  LogRequestIn(Inbox inbox, Publisher publisher, String device) {
    this.inbox = inbox;
    this.publisher = publisher;
    this.device = device;
  }

  void accept(Received<LogRequest> request) {
    LogRequest wire = request.payload();
    if (wire.getDevicesCount() == 0 || wire.getDevicesList().contains(device)) {
      inbox.historyRequested(
          LOOKED_AT,
          history ->
              publisher.reply(
                  request,
                  Topics.LOG_REPORT,
                  history.checks().stream()
                      .filter(check -> CheckJobs.id(check).equals(wire.getJobId()))
                      .findFirst()
                      .map(check -> found(wire, check))
                      .orElseGet(() -> report(wire).build())));
    }
  }

  private LogReport.Builder report(LogRequest wanted) {
    return LogReport.newBuilder()
        .setDevice(device)
        .setService(StateReportOut.SERVICE)
        .setJobId(Texts.bounded(wanted.getJobId()));
  }

  private LogReport found(LogRequest wanted, NumberedCheck check) {
    List<String> lines = CheckJobs.log(check.check());
    LogReport.Builder wire =
        report(wanted).setKnown(true).setFinished(true).setLastLine(lines.size());
    for (int i = (int) Math.min(Math.max(wanted.getFromLine(), 1), lines.size() + 1L);
        i <= lines.size();
        i++) {
      wire.addLines(
          LogLine.newBuilder()
              .setJobId(CheckJobs.id(check))
              .setDevice(device)
              .setLine(i)
              .setText(lines.get(i - 1))
              .setAt(Times.toWire(check.check().at())));
    }
    return wire.build();
  }
}
