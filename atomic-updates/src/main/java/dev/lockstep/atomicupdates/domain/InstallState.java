package dev.lockstep.atomicupdates.domain;

/** Where an install stands. The journal holds the name. */
public enum InstallState {
  /** Nothing was done yet; never in the journal. */
  REQUESTED,
  /** It is fetched, verified and put into an inactive slot. */
  DOWNLOADING,
  /** Verified in an inactive slot; nothing is switched. */
  STAGED,
  /** It could not be staged, or was not installed while it was; nothing was changed. */
  FAILED,
  /** The slot is checked and components are asked; nothing is changed yet. */
  PREPARING,
  /** A component said "not now"; nothing was changed. */
  DEFERRED,
  /** It could not begin; nothing was changed. */
  REFUSED,
  /** The steps are done in order. */
  INSTALLING,
  /** The new version runs and was healthy. */
  COMMITTED,
  /** The steps are undone in reverse. */
  REVERTING,
  /** The version before runs again. */
  REVERTED,
  /** Neither could be made to run, or the data could not be put back: a person has to step in. */
  REVERT_FAILED;

  /** Whether the device is being changed, so that nothing else may begin. */
  public boolean busy() {
    return this == PREPARING || this == INSTALLING || this == REVERTING;
  }

  /** Whether it goes on by itself, also after a restart. */
  public boolean moving() {
    return busy() || this == DOWNLOADING;
  }

  /** Whether the job has ended; a staged release waits for its install. */
  public boolean finished() {
    return !moving() && this != REQUESTED && this != STAGED;
  }

  /** Whether reaching it is told as the end of staging. */
  public boolean endsStaging() {
    return this == STAGED || this == FAILED;
  }

  /** Whether reaching it is told as the end of an install. */
  public boolean endsInstall() {
    return finished() && !endsStaging();
  }
}
