package dev.lockstep.atomicupdates.bus;

import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.LogLine;
import java.time.Clock;

/** Passes the lines of jobs' logs on. */
final class LogLineProducer {
  private static final int MAX_LINE = 8 * 1024;
  private final String device;
  private final Outlet outlet;
  private final Clock clock;

  LogLineProducer(String device, Outlet outlet, Clock clock) {
    this.device = device;
    this.outlet = outlet;
    this.clock = clock;
  }

  void publish(String jobId, long line, String text) {
    outlet.publish(
        Topics.LOG_LINE,
        LogLine.newBuilder()
            .setJobId(DeviceJob.shown(jobId))
            .setDevice(device)
            .setLine(line)
            .setText(cut(text))
            .setAt(Wire.time(clock.instant()))
            .build());
  }

  /** Live and later the same. */
  static String cut(String text) {
    return text.length() > MAX_LINE ? text.substring(0, MAX_LINE) + "…" : text;
  }
}
