package dev.lockstep.versionmanagement.deployment;

/** What has to be done because of an event, after the new state is in the journal. */
public enum DeploymentEffect {
  /** Ask the devices to download and stage; a repetition does no harm. */
  REQUEST_DOWNLOAD,
  /** Ask the devices to stop downloading. */
  CANCEL_DOWNLOAD,
  /** Say when the install is planned. */
  ANNOUNCE_PLAN,
  /** Say that the install is not planned any more. */
  ANNOUNCE_CANCEL,
  /** Ask the hub's atomic-updates to install; a repetition does no harm. */
  REQUEST_INSTALL
}
