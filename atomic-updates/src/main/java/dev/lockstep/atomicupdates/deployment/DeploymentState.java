package dev.lockstep.atomicupdates.deployment;

/** Where a deployment stands. */
public enum DeploymentState {
  /** Every device that takes part brings its releases into inactive slots. */
  STAGING(false),
  /** The backend and modules are installed, one after the other. */
  BACKEND(false),
  /** The backend is committed; the frontends are installed. */
  FRONTENDS(false),
  /** What was committed goes back, in reverse order. */
  REVERTING(false),
  /** The new versions run; a frontend whose old version still fits may have stayed behind. */
  COMMITTED(true),
  /** The old versions run everywhere. */
  REVERTED(true),
  /** A person has to step in. */
  REVERT_FAILED(true),
  /** Nothing was changed. */
  REFUSED(true),
  /** Nothing was changed: not now. */
  DEFERRED(true);

  private final boolean ended;

  DeploymentState(boolean ended) {
    this.ended = ended;
  }

  /** Whether new versions are still to come. */
  boolean forward() {
    return this == STAGING || this == BACKEND || this == FRONTENDS;
  }

  /** Whether nothing happens any more. */
  public boolean ended() {
    return ended;
  }
}
