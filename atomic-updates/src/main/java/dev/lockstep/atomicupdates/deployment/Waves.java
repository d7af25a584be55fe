package dev.lockstep.atomicupdates.deployment;

import static dev.lockstep.atomicupdates.deployment.StepStatus.ABSENT;
import static dev.lockstep.atomicupdates.deployment.StepStatus.COMMITTED;
import static dev.lockstep.atomicupdates.deployment.StepStatus.FAILED;
import static dev.lockstep.atomicupdates.deployment.StepStatus.INSTALLING;
import static dev.lockstep.atomicupdates.deployment.StepStatus.PENDING;
import static dev.lockstep.atomicupdates.deployment.StepStatus.SPARED;
import static dev.lockstep.atomicupdates.deployment.StepStatus.STAGED;
import static dev.lockstep.atomicupdates.deployment.StepStatus.STAGING;
import static dev.lockstep.atomicupdates.deployment.StepStatus.STUCK;
import static dev.lockstep.atomicupdates.deployment.StepStatus.UNDECIDED;

import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which frontends are installed when: the canaries of each component first, and the others once
 * enough canaries are committed; never more at a time than allowed, and one at a time per device.
 * Where a canary fails, the others of its component are spared.
 */
final class Waves {
  private static final Set<StepStatus> TO_COME =
      EnumSet.of(PENDING, STAGING, STAGED, ABSENT, UNDECIDED);

  private final DeploymentRules rules;

  Waves(DeploymentRules rules) {
    this.rules = rules;
  }

  /** How the frontends of one component stand. */
  private static final class Wave {
    private int installing;
    private int committed;
    private int failed;

    boolean proven(int canary) {
      return committed >= canary;
    }
  }

  /** Leaves alone what comes after a canary that failed. */
  Deployment spare(Deployment deployment) {
    if (deployment.state() != DeploymentState.FRONTENDS) {
      return deployment;
    }
    Map<String, Wave> waves = waves(deployment);
    return deployment.map(
        step -> {
          Wave wave = waves.get(step.site().component());
          boolean spared =
              step.frontend()
                  && TO_COME.contains(step.status())
                  && wave.failed > 0
                  && !wave.proven(rules.canary());
          return spared ? step.in(SPARED) : step;
        });
  }

  Deployment launch(Deployment deployment, Instant now) {
    Map<String, Wave> waves = waves(deployment);
    Set<String> busy = new HashSet<>();
    for (Step step : deployment.steps()) {
      if (step.status() == INSTALLING) {
        busy.add(step.site().device());
      }
    }
    int[] free = {rules.maxParallel() - waves.values().stream().mapToInt(w -> w.installing).sum()};
    return deployment.map(
        step -> {
          if (!step.frontend() || step.status() != STAGED || free[0] <= 0) {
            return step;
          }
          Wave wave = waves.get(step.site().component());
          boolean turn =
              wave.proven(rules.canary()) || wave.committed + wave.installing < rules.canary();
          if (!turn || !busy.add(step.site().device())) {
            return step;
          }
          free[0]--;
          wave.installing++;
          return step.awaiting(Order.INSTALL, now.plus(rules.deadline(Order.INSTALL)));
        });
  }

  private static Map<String, Wave> waves(Deployment deployment) {
    Map<String, Wave> waves = new HashMap<>();
    for (Step step : deployment.steps()) {
      if (step.frontend()) {
        Wave wave = waves.computeIfAbsent(step.site().component(), component -> new Wave());
        wave.installing += step.status() == INSTALLING ? 1 : 0;
        wave.committed += step.status() == COMMITTED ? 1 : 0;
        wave.failed += step.status() == FAILED || step.status() == STUCK ? 1 : 0;
      }
    }
    return waves;
  }
}
