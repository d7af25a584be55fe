package dev.lockstep.atomicupdates.domain;

import java.time.Duration;
import java.time.Instant;

/**
 * Something that happened to an install.
 *
 * @param kind what
 * @param step which step it is about, null where none
 * @param failure why, where something failed
 * @param mark when the old version stopped, or a version became healthy; null where neither
 * @param text the backup's name where ready, what is waited for where waiting
 * @param bytes fetched by staging
 * @param pause how long to wait before the step is tried again
 */
public record Event(
    EventKind kind,
    InstallStep step,
    Failure failure,
    Instant mark,
    String text,
    long bytes,
    Duration pause) {

  private static Event of(EventKind kind, InstallStep step, Failure failure) {
    return new Event(kind, step, failure, null, null, 0, Duration.ZERO);
  }

  /** Somebody wants it staged. */
  public static Event stageAsked() {
    return of(EventKind.STAGE_ASKED, null, null);
  }

  /** It is in its slot. */
  public static Event staged(long bytesFetched) {
    return new Event(EventKind.STAGED, null, null, null, null, bytesFetched, Duration.ZERO);
  }

  /** It could not be staged. */
  public static Event stagingFailed(Failure why) {
    return of(EventKind.STAGING_FAILED, null, why);
  }

  /** Its slot is not there any more. */
  public static Event slotRemoved(Failure why) {
    return of(EventKind.SLOT_REMOVED, null, why);
  }

  /** The deployment that it was staged for is over. */
  public static Event deploymentEnded(Failure why) {
    return of(EventKind.DEPLOYMENT_ENDED, null, why);
  }

  /** Somebody wants it installed. */
  public static Event installAsked() {
    return of(EventKind.INSTALL_ASKED, null, null);
  }

  /** Everybody is ready; the backup gets that name, null where none is made. */
  public static Event ready(String backup) {
    return new Event(EventKind.READY, null, null, null, backup, 0, Duration.ZERO);
  }

  /** A component said "not now". */
  public static Event inhibited(Failure why) {
    return of(EventKind.INHIBITED, null, why);
  }

  /** It cannot begin. */
  public static Event notMet(Failure why) {
    return of(EventKind.NOT_MET, null, why);
  }

  /** A step is done or undone; the mark may be null. */
  public static Event done(InstallStep step, Instant mark) {
    return new Event(EventKind.STEP_DONE, step, null, mark, null, 0, Duration.ZERO);
  }

  /** A step waits for something and is tried again. */
  public static Event waits(InstallStep step, String what, Duration pause) {
    return new Event(EventKind.STEP_WAITS, step, null, null, what, 0, pause);
  }

  /** A step could not be done, or undone. */
  public static Event failed(InstallStep step, Failure why) {
    return of(EventKind.STEP_FAILED, step, why);
  }

  /** This process was started again. */
  public static Event resumed() {
    return of(EventKind.RESUMED, null, null);
  }

  /** It was started again too often. */
  public static Event resumedTooOften(Failure why) {
    return of(EventKind.RESUMED_TOO_OFTEN, null, why);
  }

  /** Going back is to go on where it failed, as the data are not put back yet. */
  public static Event restoreAsked() {
    return of(EventKind.RESTORE_ASKED, null, null);
  }
}
