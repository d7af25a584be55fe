package dev.lockstep.atomicupdates.domain;

/** The steps of an install, in the order in which they are done; undone in reverse. */
public enum InstallStep {
  /** The restart is announced, components drain, the old version stops (or after the backup). */
  QUIESCE,
  /** The data are copied while nothing writes to them, or between the component's own commands. */
  BACKUP,
  /** One link is switched. */
  ACTIVATE,
  /** The data are brought to the new version. */
  MIGRATE,
  /** The new version is started. */
  START,
  /** It has to become healthy and stay so. */
  VERIFY;

  /** The step with which an install begins and with which its undoing ends. */
  public static final InstallStep FIRST = QUIESCE;

  /** The step whose end is the commit. */
  public static final InstallStep LAST = VERIFY;

  /** The one after this; this must not be the last. */
  InstallStep next() {
    return values()[ordinal() + 1];
  }

  /** The one before this; this must not be the first. */
  InstallStep before() {
    return values()[ordinal() - 1];
  }
}
