package dev.lockstep.atomicupdates;

import dev.lockstep.atomicupdates.domain.DataOnRevert;
import dev.lockstep.atomicupdates.port.OwnWord;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The updates of one device: the one door to its slots and its journal.
 *
 * <p>Methods return at once; what takes long runs on a worker thread and is reported through {@link
 * dev.lockstep.atomicupdates.port.Reports}. Every request is idempotent by job id and component: a
 * repetition reports the state that the first one reached.
 */
public interface DeviceUpdates extends AutoCloseable {

  /** Recovers what a crash left, starts the components, then takes requests. Twice is harmless. */
  void start();

  /** Downloads, verifies and stages a release. Ends with {@code Reports.downloadComplete}. */
  void stage(String jobId, String component, ReleaseVersion version, String manifestTarget);

  /** Stops the download of a job; harmless when there is none. */
  void cancelStage(String jobId);

  /**
   * Installs a staged release: prepare, drain, backup, activate, migrate, start, verify, commit or
   * revert. Ends with {@code Reports.installComplete}; refusals (unknown component, not staged,
   * another install runs) too. A version whose slot is still there counts as staged.
   */
  void install(InstallOrder order);

  /**
   * Goes back. Refused, with nothing changed, where there is no slot to go back to, or where a
   * backup is wanted that is missing or cannot be read ({@code BACKUP_UNUSABLE}).
   */
  void revert(RevertOrder order);

  /** Goes back and brings the data back too, where the backup of that very step is there. */
  default void revert(String jobId, String component, ReleaseVersion version, String requestedBy) {
    revert(new RevertOrder(jobId, component, version, DataOnRevert.AS_KEPT, false, requestedBy));
  }

  /**
   * A component that somebody else starts says which version it runs; an install that waits for its
   * restart goes on. Without effect for components that Lockstep supervises. To be called with the
   * component's own word only, not with what its active slot says.
   */
  default void running(String component, ReleaseVersion version) {
    // Only an implementation that installs components of others has to know.
  }

  /**
   * A component said how it is; that decides where its settings ask it by the bus. To be called
   * with the component's own word only, as it is said, not with what somebody kept.
   */
  default void said(String component, OwnWord word) {
    // Only an implementation that asks components for their health has to know.
  }

  /**
   * The deployment of that job is over, on all devices: what this device staged for it and did not
   * install waits no longer. Its slot stays, so that another job installs it without a download.
   * Harmless for a job that is not known here.
   */
  default void deploymentEnded(String jobId) {
    // Only an implementation that keeps jobs has any to close.
  }

  /** How every component of this device stands. */
  List<ComponentStatus> components();

  /** What this device did, and what it keeps. */
  JobHistory history();

  /** Running jobs, then the last finished ones, newest first. */
  List<JobStatus> jobs();

  /**
   * Lets running steps finish within their deadlines, then stops; components keep running or stop
   * as {@code stopComponents} says.
   */
  void close(boolean stopComponents);

  @Override
  default void close() {
    close(true);
  }

  /**
   * One install.
   *
   * @param jobId the job
   * @param component what
   * @param version to which version
   * @param dryRun says what would happen, changes nothing
   * @param requestedBy who asked
   */
  record InstallOrder(
      String jobId, String component, ReleaseVersion version, boolean dryRun, String requestedBy) {}

  /**
   * One way back.
   *
   * @param jobId the job
   * @param component what
   * @param version to which version, null for the previous one or that of the named backup
   * @param data what becomes of the data
   * @param dryRun says what would happen and what would be lost, changes nothing
   * @param requestedBy who asked
   */
  record RevertOrder(
      String jobId,
      String component,
      ReleaseVersion version,
      DataOnRevert data,
      boolean dryRun,
      String requestedBy) {}

  /**
   * A component on this device.
   *
   * @param component id
   * @param active the active version, null where none is installed
   * @param previous what "revert" goes back to, null where nothing is
   * @param staged versions in inactive slots, apart from the previous one
   * @param healthy whether it runs and was healthy when last asked
   * @param problem why it was not, for people; empty where it was
   * @param description the active release's signed description
   */
  record ComponentStatus(
      String component,
      ReleaseVersion active,
      ReleaseVersion previous,
      List<ReleaseVersion> staged,
      boolean healthy,
      String problem,
      Optional<ReleaseDescription> description) {}

  /**
   * A job on this device.
   *
   * @param jobId id
   * @param component what
   * @param from version before, null where none
   * @param to version after
   * @param state the lifecycle state's name
   * @param percent 0 to 100
   * @param finished whether it has ended
   * @param error why it failed, null otherwise
   * @param startedAt when
   * @param finishedAt when, null while it runs
   */
  record JobStatus(
      String jobId,
      String component,
      ReleaseVersion from,
      ReleaseVersion to,
      String state,
      int percent,
      boolean finished,
      AtomicUpdatesException error,
      Instant startedAt,
      Instant finishedAt) {}
}
