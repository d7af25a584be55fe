package dev.lockstep.atomicupdates.deployment;

/**
 * A person's answer to what a deployment asks.
 *
 * @param jobId the deployment; empty for the one that runs
 * @param action how to go on
 * @param requestedBy who decided
 */
public record Decision(String jobId, Action action, String requestedBy) {
  /** How to go on without a frontend that is away and would not fit. */
  public enum Action {
    /** Without it; it catches up when it returns. */
    PROCEED,
    /** Wait for it as long again. */
    WAIT,
    /** Not at all; what was changed goes back. */
    GIVE_UP
  }
}
