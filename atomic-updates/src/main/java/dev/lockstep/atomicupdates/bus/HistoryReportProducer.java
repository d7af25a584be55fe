package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.JobHistory.KeptBackup;
import dev.lockstep.atomicupdates.JobHistory.PastJob;
import dev.lockstep.atomicupdates.deployment.Deployment;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.Backup;
import dev.lockstep.protocol.v1.HistoryReport;
import dev.lockstep.protocol.v1.JobRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tells the jobs and backups of this device, as many as fit in a message. */
final class HistoryReportProducer {
  /** A quarter of the smallest message size that is usual. */
  private static final int MOST_BYTES = 1 << 20;

  private final String device;
  private final Outlet outlet;
  private final Clock clock;

  HistoryReportProducer(String device, Outlet outlet, Clock clock) {
    this.device = device;
    this.outlet = outlet;
    this.clock = clock;
  }

  String device() {
    return device;
  }

  /** Publishes what fits; {@code more} where the asker left out some by its limit. */
  void publish(
      List<JobRecord> jobs, List<KeptBackup> backups, boolean more, Map<String, String> answering) {
    HistoryReport.Builder report =
        HistoryReport.newBuilder()
            .setDevice(device)
            .setService(StateReportProducer.SERVICE)
            .setAt(Wire.time(clock.instant()))
            .setMore(more);
    List<JobRecord> fitting = new ArrayList<>();
    long bytes = 0;
    for (JobRecord job : jobs) {
      bytes += job.getSerializedSize();
      if (bytes > MOST_BYTES) {
        report.setMore(true);
        break;
      }
      fitting.add(job);
    }
    report.addAllJobs(fitting);
    backups.forEach(backup -> report.addBackups(backup(backup)));
    outlet.publish(Topics.HISTORY_REPORT, report.build(), answering);
  }

  JobRecord record(PastJob job) {
    return JobRecord.newBuilder()
        .setJob(
            Jobs.toWire(device, job.status()).toBuilder()
                .setKind(job.kind().name().toLowerCase(Locale.ROOT)))
        .setMethod(job.method())
        .setRequestedBy(Checked.text(job.requestedBy()))
        .setDuration(Wire.duration(job.duration()))
        .setDowntime(Wire.duration(job.downtime()))
        .setBytesFetched(job.bytesFetched())
        .setBackup(job.backup())
        .setRestored(job.restored())
        .build();
  }

  static JobRecord record(Deployment deployment) {
    JobRecord.Builder record =
        JobRecord.newBuilder()
            .setJob(Jobs.toWire(deployment))
            .setMethod(Jobs.method(deployment))
            .setRequestedBy(Checked.text(deployment.requestedBy()));
    if (deployment.endedAt() != null) {
      record.setDuration(
          Wire.duration(Duration.between(deployment.startedAt(), deployment.endedAt())));
    }
    return record.build();
  }

  private Backup backup(KeptBackup backup) {
    return Backup.newBuilder()
        .setDevice(device)
        .setComponent(backup.component())
        .setName(backup.name())
        .setVersion(backup.version().toString())
        .setMadeAt(Wire.time(backup.madeAt()))
        .setBytes(backup.bytes())
        .setProblem(backup.problem())
        .build();
  }
}
