package dev.lockstep.app.command;

import dev.lockstep.bus.Bus;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.HistoryRequest;
import dev.lockstep.protocol.v1.JobRecord;
import dev.lockstep.protocol.v1.LogLine;
import dev.lockstep.protocol.v1.LogReport;
import dev.lockstep.protocol.v1.LogRequest;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Reads a job's log from all devices and prints it. */
final class LogReader {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
  private static final int MOST_WAITING = 100_000;
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

  private final Bus bus;
  private final Fleet fleet;
  private final String job;
  private final Collection<String> only;
  private final boolean json;
  private final LogJoin join = new LogJoin();
  private final Set<String> silent = new HashSet<>();
  private long shown;

  LogReader(Bus bus, Fleet fleet, String job, Collection<String> only, boolean json) {
    this.bus = bus;
    this.fleet = fleet;
    this.job = job;
    this.only = only;
    this.json = json;
  }

  /**
   * Prints what there is, in the order of time.
   *
   * @return how many lines
   */
  long read(Duration deadline) {
    List<LogLine> lines = new ArrayList<>();
    for (String service : fleet.services(only)) {
      lines.addAll(fetch(service, deadline));
    }
    lines.sort(
        Comparator.comparingLong((LogLine line) -> line.getAt().getSeconds())
            .thenComparingInt(line -> line.getAt().getNanos()));
    lines.forEach(this::print);
    return shown;
  }

  /**
   * Prints what there is and what comes, until the job has ended on all devices.
   *
   * @return how many lines
   */
  long follow(Duration deadline) {
    BlockingQueue<LogLine> live = new LinkedBlockingQueue<>(MOST_WAITING);
    // Heard first, asked then: what comes in between is there twice and shown once.
    try (Bus.Subscription listening =
        bus.subscribe(
            Topics.LOG_LINE,
            message -> {
              LogLine line = message.payload();
              if (line.getJobId().equals(job)
                  && (only.isEmpty() || only.contains(line.getDevice()))) {
                // What does not fit is asked for below.
                live.offer(line);
              }
            })) {
      read(deadline);
      boolean ended = false;
      while (!ended) {
        ended = ended(deadline);
        if (!ended) {
          drain(live);
        }
        // Whatever was lost on the way is in the journals.
        for (String service : fleet.services(only)) {
          fetch(service, deadline).forEach(this::print);
        }
      }
    }
    return shown;
  }

  private void drain(BlockingQueue<LogLine> live) {
    long end = System.nanoTime() + LOOK_EVERY.toNanos();
    try {
      while (true) {
        LogLine line = live.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (line == null) {
          return;
        }
        join.take(line).forEach(this::print);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new dev.lockstep.bus.BusException.Closed("follow the log");
    }
  }

  private boolean ended(Duration deadline) {
    History history =
        History.of(fleet, HistoryRequest.newBuilder().setJobId(job).build(), List.of(), deadline);
    for (JobRecord record : history.jobs()) {
      boolean waits = record.getJob().getState().equals("STAGED");
      if (record.getJob().getJobId().equals(job) && !record.getJob().getFinished() && !waits) {
        return false;
      }
    }
    return !history.missing().contains(fleet.hub());
  }

  /** The rest of one service's lines, without those that were shown. */
  private List<LogLine> fetch(String service, Duration deadline) {
    String device = service.substring(0, service.indexOf('/'));
    List<LogLine> lines = new ArrayList<>();
    while (true) {
      LogRequest request =
          LogRequest.newBuilder()
              .setJobId(job)
              .addDevices(device)
              .setFromLine(join.next(device))
              .build();
      LogReport report =
          fleet
              .ask(
                  Topics.LOG_REQUEST,
                  request,
                  Topics.LOG_REPORT,
                  answer -> answer.getDevice() + "/" + answer.getService(),
                  Set.of(service),
                  deadline)
              .get(service);
      if (report == null) {
        if (silent.add(device)) {
          System.err.println(device + " does not answer; its lines are missing");
        }
        return lines;
      }
      report.getLinesList().forEach(line -> lines.addAll(join.take(line)));
      if (report.getLinesCount() == 0 || join.next(device) > report.getLastLine()) {
        return lines;
      }
    }
  }

  private void print(LogLine line) {
    shown++;
    if (json) {
      System.out.println(OutputOptions.toJson(line));
    } else {
      System.out.println(
          CLOCK.format(MessageText.instant(line.getAt()))
              + "  "
              + line.getDevice()
              + "  "
              + line.getText());
    }
    System.out.flush();
  }
}
