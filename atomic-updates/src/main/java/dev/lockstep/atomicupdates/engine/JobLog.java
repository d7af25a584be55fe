package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.journal.InstallJournal;
import dev.lockstep.atomicupdates.port.Reports;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The logs of jobs: secrets masked, in the journal first, then told. Any thread. */
final class JobLog {
  private static final Logger LOG = LoggerFactory.getLogger(JobLog.class);
  private final InstallJournal journal;
  private final Reports reports;
  private final Clock clock;

  JobLog(InstallJournal journal, Reports reports, Clock clock) {
    this.journal = journal;
    this.reports = reports;
    this.clock = clock;
  }

  /** Adds a line. A log that cannot be written does not stop what it tells of. */
  void line(String jobId, String text) {
    String masked = Secrets.mask(text);
    LOG.info("job {}: {}", jobId, masked);
    try {
      String job = Install.Key.jobOf(jobId);
      long number = journal.log(job, clock.instant(), masked);
      if (number > 0) {
        reports.logLine(job, number, masked);
      }
    } catch (AtomicUpdatesException notWritten) {
      LOG.warn("a line of job {} was not kept", jobId, notWritten);
    }
  }
}
