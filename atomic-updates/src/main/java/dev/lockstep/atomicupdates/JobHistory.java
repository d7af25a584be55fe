package dev.lockstep.atomicupdates;

import dev.lockstep.atomicupdates.DeviceUpdates.JobStatus;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a device did and what it keeps: jobs, their logs, backups. Reads only; any thread.
 * Everything is as the journal holds it, so that it is the same after a restart.
 */
public interface JobHistory {

  /** The jobs that fit, newest first. */
  List<PastJob> jobs(Query query);

  /**
   * The backups that are there, newest first; a backup that cannot be used is among them.
   *
   * @param component of this component; empty for all
   */
  List<KeptBackup> backups(String component);

  /**
   * A part of a job's log, without a gap.
   *
   * @param fromLine the first line, from 1
   * @param maxChars about how much text at most; one line comes in any case
   */
  LogPart log(String jobId, long fromLine, int maxChars);

  /**
   * Which jobs.
   *
   * @param jobId the beginning of the id; empty for all
   * @param component of this component; empty for all
   * @param limit at most so many
   */
  record Query(String jobId, String component, int limit) {}

  /** What a job was for. */
  enum Kind {
    /** Brought a release into a slot. */
    DOWNLOAD,
    /** Installed it as well. */
    INSTALL,
    /** Went back. */
    REVERT
  }

  /**
   * A job.
   *
   * @param status where it stands
   * @param kind what it was for
   * @param method fresh, update, downgrade or revert
   * @param requestedBy who asked, may be empty
   * @param duration from the request to the end, zero while it runs
   * @param downtime from the stop of the old version to the health of the one that runs now
   * @param bytesFetched by its download
   * @param backup the backup that it made, empty where none
   * @param restored the backup whose data it brought back, empty where none
   */
  record PastJob(
      JobStatus status,
      Kind kind,
      String method,
      String requestedBy,
      Duration duration,
      Duration downtime,
      long bytesFetched,
      String backup,
      String restored) {}

  /**
   * A backup.
   *
   * @param component whose data
   * @param name its name
   * @param version the version whose data it holds
   * @param madeAt when it was complete
   * @param bytes of the files in it
   * @param problem why it cannot be used, empty where it can
   */
  record KeptBackup(
      String component,
      String name,
      ReleaseVersion version,
      Instant madeAt,
      long bytes,
      String problem) {}

  /** A line of a log. */
  record Line(long number, Instant at, String text) {}

  /**
   * A part of a log.
   *
   * @param known whether this device has the job
   * @param finished whether it has ended here, so that no line follows
   * @param lines from the wanted line on
   * @param lastLine number of the last line that there is
   */
  record LogPart(boolean known, boolean finished, List<Line> lines, long lastLine) {}
}
