package dev.lockstep.atomicupdates.deployment;

/** Where one step of a deployment stands. */
public enum StepStatus {
  /** Nothing was asked yet. */
  PENDING,
  /** Asked to stage. */
  STAGING,
  /** In an inactive slot. */
  STAGED,
  /** Asked to install. */
  INSTALLING,
  /** The new version runs. */
  COMMITTED,
  /** Could not be staged, or was installed and went back by itself: the old version runs. */
  FAILED,
  /** The device said "not now": the old version runs. */
  DEFERRED,
  /** The device is away and catches up when it returns. */
  LEFT_BEHIND,
  /** Asked to revert. */
  REVERTING,
  /** The old version runs again. */
  REVERTED,
  /** Nobody knows, or the revert failed: a person has to look. */
  STUCK;

  /** Whether an instruction is out and its answer is awaited. */
  boolean awaited() {
    return this == STAGING || this == INSTALLING || this == REVERTING;
  }
}
