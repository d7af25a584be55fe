package dev.lockstep.atomicupdates.deployment;

import static dev.lockstep.atomicupdates.deployment.StepStatus.ABSENT;
import static dev.lockstep.atomicupdates.deployment.StepStatus.COMMITTED;
import static dev.lockstep.atomicupdates.deployment.StepStatus.DEFERRED;
import static dev.lockstep.atomicupdates.deployment.StepStatus.FAILED;
import static dev.lockstep.atomicupdates.deployment.StepStatus.INSTALLING;
import static dev.lockstep.atomicupdates.deployment.StepStatus.LEFT_BEHIND;
import static dev.lockstep.atomicupdates.deployment.StepStatus.PENDING;
import static dev.lockstep.atomicupdates.deployment.StepStatus.REVERTED;
import static dev.lockstep.atomicupdates.deployment.StepStatus.REVERTING;
import static dev.lockstep.atomicupdates.deployment.StepStatus.SPARED;
import static dev.lockstep.atomicupdates.deployment.StepStatus.STAGED;
import static dev.lockstep.atomicupdates.deployment.StepStatus.STAGING;
import static dev.lockstep.atomicupdates.deployment.StepStatus.STUCK;
import static dev.lockstep.atomicupdates.deployment.StepStatus.UNDECIDED;

import dev.lockstep.config.DeploymentSettings.FrontendFailure;
import java.util.EnumSet;
import java.util.Set;

/** What the steps together mean for the deployment's present state. */
enum Verdict {
  /** Something is still to be done or awaited. */
  WAIT,
  /** Everything that this state is about is done. */
  ALL_DONE,
  /** A step failed, and the deployment cannot go on. */
  BROKEN,
  /** Over; every step is as before. */
  ALL_AS_BEFORE,
  /** Over; nothing was changed, because it was not the time. */
  NOT_NOW,
  /** Over; a person has to look. */
  NEEDS_PERSON;

  private static final Set<StepStatus> LOST =
      EnumSet.of(FAILED, DEFERRED, LEFT_BEHIND, SPARED, STUCK);

  private static final Set<StepStatus> TO_COME =
      EnumSet.of(PENDING, STAGING, STAGED, INSTALLING, ABSENT, UNDECIDED);

  static Verdict of(Deployment deployment, FrontendFailure policy) {
    return switch (deployment.state()) {
      case STAGING -> ofStaging(deployment);
      case BACKEND -> ofBackend(deployment);
      case FRONTENDS -> ofFrontends(deployment, policy);
      case REVERTING -> ofReverting(deployment);
      case COMMITTED, REVERTED, REVERT_FAILED, REFUSED, DEFERRED -> WAIT;
    };
  }

  private static Verdict ofStaging(Deployment deployment) {
    if (deployment.anyIn(FAILED)) {
      return BROKEN;
    }
    boolean waits =
        deployment.anyIn(PENDING)
            || deployment.anyIn(STAGING)
            || deployment.anyIn(ABSENT)
            || deployment.anyIn(UNDECIDED);
    return waits ? WAIT : ALL_DONE;
  }

  private static Verdict ofBackend(Deployment deployment) {
    if (deployment.any(step -> !step.frontend() && LOST.contains(step.status()))) {
      return BROKEN;
    }
    return deployment.any(step -> !step.frontend() && step.status() != COMMITTED) ? WAIT : ALL_DONE;
  }

  private static Verdict ofFrontends(Deployment deployment, FrontendFailure policy) {
    if (policy == FrontendFailure.REVERT
        && deployment.any(
            step -> step.frontend() && (step.status() == FAILED || step.status() == STUCK))) {
      return BROKEN;
    }
    boolean backendChanged = deployment.any(step -> !step.frontend() && step.status() == COMMITTED);
    // Without a change of the backend, taking the other frontends back would mend nothing.
    if (backendChanged
        && deployment.any(
            step ->
                step.frontend()
                    && LOST.contains(step.status())
                    && !step.oldFits(deployment.provided()))) {
      return BROKEN;
    }
    if (deployment.any(step -> TO_COME.contains(step.status()))) {
      return WAIT;
    }
    if (deployment.anyIn(STUCK)) {
      return NEEDS_PERSON;
    }
    if (deployment.anyIn(COMMITTED) || deployment.steps().isEmpty()) {
      return ALL_DONE;
    }
    return deployment.anyIn(FAILED) ? ALL_AS_BEFORE : NOT_NOW;
  }

  private static Verdict ofReverting(Deployment deployment) {
    if (deployment.anyIn(COMMITTED)
        || deployment.anyIn(INSTALLING)
        || deployment.anyIn(REVERTING)) {
      return WAIT;
    }
    if (deployment.anyIn(STUCK)) {
      return NEEDS_PERSON;
    }
    if (deployment.kind() == Deployment.Kind.REVERT && deployment.anyIn(FAILED)) {
      return deployment.anyIn(REVERTED) ? NEEDS_PERSON : BROKEN;
    }
    return deployment.anyIn(DEFERRED) && !deployment.anyIn(REVERTED) ? NOT_NOW : ALL_AS_BEFORE;
  }
}
