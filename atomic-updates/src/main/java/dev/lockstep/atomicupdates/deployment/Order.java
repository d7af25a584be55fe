package dev.lockstep.atomicupdates.deployment;

/** What a device can be told to do as its part of a deployment. */
public enum Order {
  /** Download, verify, stage. */
  STAGE(StepStatus.STAGING),
  /** Install what is staged, up to commit or revert. */
  INSTALL(StepStatus.INSTALLING),
  /** Go back to the version before. */
  REVERT(StepStatus.REVERTING);

  private final StepStatus status;

  Order(StepStatus status) {
    this.status = status;
  }

  /** The status of a step to which this was sent. */
  StepStatus status() {
    return status;
  }

  /** The order whose answer a step in that status awaits. */
  static Order awaitedIn(StepStatus status) {
    for (Order order : values()) {
      if (order.status == status) {
        return order;
      }
    }
    throw new IllegalArgumentException("no answer is awaited in " + status);
  }
}
