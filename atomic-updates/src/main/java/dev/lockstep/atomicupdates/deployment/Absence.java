package dev.lockstep.atomicupdates.deployment;

import static dev.lockstep.atomicupdates.deployment.StepStatus.ABSENT;
import static dev.lockstep.atomicupdates.deployment.StepStatus.EXCUSED;
import static dev.lockstep.atomicupdates.deployment.StepStatus.FAILED;
import static dev.lockstep.atomicupdates.deployment.StepStatus.LEFT_BEHIND;
import static dev.lockstep.atomicupdates.deployment.StepStatus.PENDING;
import static dev.lockstep.atomicupdates.deployment.StepStatus.UNDECIDED;

import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.time.Instant;

/**
 * The rules for frontends that are away: one whose old version fits is left behind and catches up;
 * one that would not fit is waited for, then people are asked, then it is given up.
 */
final class Absence {
  private final DeploymentRules rules;

  Absence(DeploymentRules rules) {
    this.rules = rules;
  }

  /** Whether a frontend may stay at its old version beside what the deployment provides. */
  static boolean mayStayBehind(Deployment deployment, Step step) {
    return deployment.kind() != Deployment.Kind.REVERT
        && step.frontend()
        && step.oldFits(deployment.provided());
  }

  Deployment wentAway(Deployment deployment, Site site, Instant now) {
    Step step = deployment.step(site).orElse(null);
    if (step == null || !step.frontend() || !step.status().toStart()) {
      return deployment;
    }
    if (mayStayBehind(deployment, step)) {
      return deployment.replace(step.in(LEFT_BEHIND));
    }
    return deployment.state().forward()
        ? deployment.replace(step.in(ABSENT, now.plus(rules.offlineWait())))
        : deployment;
  }

  Deployment cameBack(Deployment deployment, Site site) {
    return deployment
        .step(site)
        .filter(step -> step.status() == ABSENT || step.status() == UNDECIDED)
        .filter(step -> deployment.state().forward())
        .map(step -> deployment.replace(step.in(PENDING)))
        .orElse(deployment);
  }

  Deployment timePassed(Deployment deployment, Instant now) {
    Deployment after = deployment;
    for (Step step : deployment.steps()) {
      boolean due = step.deadline() != null && step.deadline().isBefore(now);
      if (due && step.status() == ABSENT) {
        after = after.replace(step.in(UNDECIDED, now.plus(rules.answerDeadline())));
      } else if (due && step.status() == UNDECIDED) {
        String why = "nobody decided within " + inWords(rules.answerDeadline().toSeconds());
        after = givenUp(after, step, why);
      }
    }
    return after;
  }

  Deployment decided(Deployment deployment, Decision decision, Instant now) {
    Deployment after = deployment;
    for (Step step : deployment.asked()) {
      after =
          switch (decision.action()) {
            case PROCEED -> after.replace(step.in(EXCUSED));
            case WAIT -> after.replace(step.in(ABSENT, now.plus(rules.offlineWait())));
            case GIVE_UP -> givenUp(after, step, decision.requestedBy() + " gave it up");
          };
    }
    return after;
  }

  private static Deployment givenUp(Deployment deployment, Step step, String why) {
    return deployment
        .replace(step.in(FAILED))
        .failed(
            new Failure(
                ErrorCode.ERROR_CODE_DEPLOYMENT_GIVEN_UP,
                ErrorCategory.ERROR_CATEGORY_OPERATOR,
                "cannot go on: %s is away and its %s would not fit, and %s; bring that device back, then ask again"
                    .formatted(step.site(), step.from(), why)));
  }

  private static String inWords(long seconds) {
    return seconds % 3600 == 0 && seconds > 0 ? seconds / 3600 + " h" : seconds + " s";
  }
}
