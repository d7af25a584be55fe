package dev.lockstep.atomicupdates.domain;

/** What can happen to an install. */
public enum EventKind {
  /** Somebody wants it staged. */
  STAGE_ASKED,
  /** It is in its slot. */
  STAGED,
  /** It could not be staged. */
  STAGING_FAILED,
  /** Its slot was removed to make room. */
  SLOT_REMOVED,
  /** The deployment that it was staged for ended without installing it. */
  DEPLOYMENT_ENDED,
  /** Somebody wants it installed. */
  INSTALL_ASKED,
  /** Everybody is ready. */
  READY,
  /** A component said "not now". */
  INHIBITED,
  /** A condition for beginning is not met. */
  NOT_MET,
  /** A step is done, or undone. */
  STEP_DONE,
  /** The last one is. */
  LAST_STEP_DONE,
  /** A step has to wait, and is tried again. */
  STEP_WAITS,
  /** A step could not be done, or undone. */
  STEP_FAILED,
  /** This process was started again while it was going on. */
  RESUMED,
  /** That happened too often. */
  RESUMED_TOO_OFTEN,
  /** The data that could not be put back are to be put back now. */
  RESTORE_ASKED
}
