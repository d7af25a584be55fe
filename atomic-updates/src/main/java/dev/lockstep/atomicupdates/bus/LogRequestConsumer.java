package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.DeviceUpdates;
import dev.lockstep.atomicupdates.JobHistory.Line;
import dev.lockstep.atomicupdates.JobHistory.LogPart;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.LogLine;
import dev.lockstep.protocol.v1.LogReport;
import dev.lockstep.protocol.v1.LogRequest;

/** Answers whoever asks for a job's log; the lines have the numbers that they had live. */
final class LogRequestConsumer implements Bus.Handler<LogRequest> {
  /** At three bytes a character well below the smallest message size that is usual. */
  private static final int MOST_CHARS = 300_000;

  private final String device;
  private final Outlet outlet;
  private final DeviceUpdates updates;

  LogRequestConsumer(String device, Outlet outlet, DeviceUpdates updates) {
    this.device = device;
    this.outlet = outlet;
    this.updates = updates;
  }

  @Override
  public void accept(Received<LogRequest> message) {
    LogRequest request = message.payload();
    if (!StateRequestConsumer.names(request.getDevicesList(), device)) {
      return;
    }
    String job = Checked.job(request.getJobId());
    LogPart part = updates.history().log(job, request.getFromLine(), MOST_CHARS);
    LogReport.Builder report =
        LogReport.newBuilder()
            .setDevice(device)
            .setService(StateReportProducer.SERVICE)
            .setJobId(job)
            .setKnown(part.known())
            .setFinished(part.finished())
            .setLastLine(part.lastLine());
    part.lines().forEach(line -> report.addLines(line(job, line)));
    outlet.publish(Topics.LOG_REPORT, report.build(), Wire.answering(message));
  }

  private LogLine line(String job, Line line) {
    return LogLine.newBuilder()
        .setJobId(job)
        .setDevice(device)
        .setLine(line.number())
        .setText(LogLineProducer.cut(line.text()))
        .setAt(Wire.time(line.at()))
        .build();
  }
}
