package dev.lockstep.app.command;

import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.Backup;
import dev.lockstep.protocol.v1.HistoryReport;
import dev.lockstep.protocol.v1.HistoryRequest;
import dev.lockstep.protocol.v1.JobRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The jobs of all devices, newest first, each once.
 *
 * @param jobs what was done; a deployment of which a device tells is left out
 * @param backups what is kept
 * @param missing devices that did not answer
 * @param more whether older jobs are there
 */
record History(List<JobRecord> jobs, List<Backup> backups, Set<String> missing, boolean more) {

  /** Asks all devices, or those that are named. */
  static History of(
      Fleet fleet, HistoryRequest request, Collection<String> devices, Duration deadline) {
    Set<String> expected = fleet.services(devices);
    Map<String, HistoryReport> reports =
        fleet.ask(
            Topics.HISTORY_REQUEST,
            request.toBuilder().addAllDevices(devices).build(),
            Topics.HISTORY_REPORT,
            report -> report.getDevice() + "/" + report.getService(),
            expected,
            deadline);
    Set<String> missing = new TreeSet<>(fleet.away());
    if (!devices.isEmpty()) {
      missing.retainAll(devices);
    }
    expected.stream()
        .filter(one -> !reports.containsKey(one))
        .forEach(one -> missing.add(one.substring(0, one.indexOf('/'))));
    return merged(reports.values(), missing);
  }

  private static History merged(Collection<HistoryReport> reports, Set<String> missing) {
    List<JobRecord> jobs = new ArrayList<>();
    List<Backup> backups = new ArrayList<>();
    boolean more = false;
    for (HistoryReport report : reports) {
      jobs.addAll(report.getJobsList());
      backups.addAll(report.getBackupsList());
      more |= report.getMore();
    }
    jobs.sort(
        Comparator.comparingLong((JobRecord one) -> one.getJob().getStartedAt().getSeconds())
            .thenComparingInt(one -> one.getJob().getStartedAt().getNanos())
            .reversed());
    Set<String> told = new HashSet<>();
    jobs.stream()
        .filter(one -> !one.getJob().getDevice().isEmpty())
        .forEach(one -> told.add(one.getJob().getJobId()));
    List<JobRecord> once = new ArrayList<>();
    for (JobRecord one : jobs) {
      if (!one.getJob().getDevice().isEmpty() || told.add(one.getJob().getJobId())) {
        once.add(one);
      }
    }
    backups.sort(Comparator.comparingLong((Backup one) -> one.getMadeAt().getSeconds()).reversed());
    return new History(once, backups, missing, more);
  }

  /** As one message. */
  HistoryReport toMessage() {
    return HistoryReport.newBuilder().addAllJobs(jobs).addAllBackups(backups).setMore(more).build();
  }
}
