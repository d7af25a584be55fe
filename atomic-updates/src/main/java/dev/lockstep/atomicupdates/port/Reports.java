package dev.lockstep.atomicupdates.port;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Duration;

/**
 * Where the device's updates report to. Implemented over the bus. Calls return at once, and a
 * report that is lost does no harm: everything in it is in the journal as well.
 */
public interface Reports {
  /** Bytes of a download; already thinned out to at most ten a second. */
  void downloadProgress(
      String jobId,
      String component,
      ReleaseVersion version,
      long done,
      long total,
      long perSecond);

  /** A download has ended: staged (error null), or failed or cancelled (by the error's code). */
  void downloadComplete(
      String jobId,
      String component,
      ReleaseVersion version,
      long bytesFetched,
      AtomicUpdatesException error);

  /** A phase starts or advances. */
  void installProgress(
      String jobId,
      String component,
      ReleaseVersion version,
      Phase phase,
      int percent,
      String message);

  /** An install has ended. */
  void installComplete(InstallResult result);

  /**
   * The answer to somebody who asks for an install that has ended and was told before, or for what
   * is so already. No restart ends by it: one that is announced meanwhile is still to come.
   */
  default void installAnswered(InstallResult result) {
    installComplete(result);
  }

  /** Installed code is not yet running, or runs now. */
  void restartRequired(
      String component,
      boolean required,
      ReleaseVersion running,
      ReleaseVersion installed,
      String reason);

  /** A line of a job's log; secrets are masked already. */
  void logLine(String jobId, long line, String text);

  /** The component's version, slots or health changed: announce it and report state. */
  void componentChanged(String component);

  /** The phases of R8. */
  enum Phase {
    PREPARE,
    BACKUP,
    STAGE,
    ACTIVATE,
    MIGRATE,
    RESTART,
    VERIFY,
    COMMIT,
    REVERT
  }

  /** How an install ended. */
  enum Outcome {
    COMMITTED,
    REVERTED,
    REVERT_FAILED,
    REFUSED,
    DRY_RUN,
    DEFERRED
  }

  /**
   * The end of an install.
   *
   * @param jobId the job
   * @param component the component
   * @param from version before, null where none was installed
   * @param to version that was to be installed
   * @param outcome how it ended
   * @param error why, null where committed
   * @param duration from request to end
   * @param downtime from the stop of the old version to the health of the version that runs now
   * @param plan of a dry run: what would happen, in order
   * @param forecast of a dry run: the same in numbers; null where it is none
   */
  record InstallResult(
      String jobId,
      String component,
      ReleaseVersion from,
      ReleaseVersion to,
      Outcome outcome,
      AtomicUpdatesException error,
      Duration duration,
      Duration downtime,
      java.util.List<String> plan,
      Forecast forecast) {

    /** Without a forecast. */
    public InstallResult(
        String jobId,
        String component,
        ReleaseVersion from,
        ReleaseVersion to,
        Outcome outcome,
        AtomicUpdatesException error,
        Duration duration,
        Duration downtime,
        java.util.List<String> plan) {
      this(jobId, component, from, to, outcome, error, duration, downtime, plan, null);
    }
  }
}
