package dev.lockstep.versionmanagement.deployment;

/** Where a deployment stands. The names are what the state report says. */
public enum DeploymentState {
  /** Devices were asked to download and stage. */
  DOWNLOADING(false),
  /** All is staged; nobody has said when to install. */
  STAGED(false),
  /** All is staged; the time of the install is known. */
  SCHEDULED(false),
  /** The install was requested. */
  INSTALLING(false),
  /** The new versions run. */
  COMMITTED(true),
  /** The old versions run again. */
  REVERTED(true),
  /** A person has to step in. */
  REVERT_FAILED(true),
  /** The install was not carried out; nothing was changed. */
  REFUSED(true),
  /** A component said "not now"; nothing was changed. */
  DEFERRED(true),
  /** Something could not be downloaded, or nobody answered. */
  FAILED(true),
  /** Withdrawn or replaced before anything was changed. */
  CANCELLED(true);

  private final boolean ended;

  DeploymentState(boolean ended) {
    this.ended = ended;
  }

  /** Whether nothing more will happen. */
  public boolean ended() {
    return ended;
  }

  /** Whether it can still be taken back without any trace. */
  public boolean beforeInstall() {
    return this == DOWNLOADING || this == STAGED || this == SCHEDULED;
  }
}
