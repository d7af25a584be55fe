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
  /** The device is away and its old version would not fit: it is waited for. */
  ABSENT,
  /** It is away for longer than that: people are asked. */
  UNDECIDED,
  /** Somebody decided to go on without it, though it does not fit; it catches up. */
  EXCUSED,
  /** Not installed, because one that went first failed: the old version runs. */
  SPARED,
  /** Asked to revert. */
  REVERTING,
  /** The old version runs again. */
  REVERTED,
  /** Nobody knows, or the revert failed: a person has to look. */
  STUCK;

  /** Whether its install is still to come, and nothing stands in its way but others. */
  boolean toStart() {
    return this == PENDING || this == STAGING || this == STAGED;
  }

  /** Whether an instruction is out and its answer is awaited. */
  boolean awaited() {
    return this == STAGING || this == INSTALLING || this == REVERTING;
  }
}
