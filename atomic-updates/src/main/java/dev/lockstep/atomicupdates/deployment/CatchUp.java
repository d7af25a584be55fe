package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.atomicupdates.deployment.DeploymentJournal.Aftermath;
import dev.lockstep.atomicupdates.deployment.DeploymentJournal.Attempts;
import dev.lockstep.atomicupdates.deployment.DeploymentJournal.Desired;
import dev.lockstep.config.ComponentSettings.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rules of catching up: where frontends should be after a deployment, and when one that is
 * elsewhere is brought there.
 */
final class CatchUp {
  private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
  private static final int DOUBLINGS = 6;

  private final DeploymentJournal journal;

  CatchUp(DeploymentJournal journal) {
    this.journal = journal;
  }

  /** Where this site should be brought now; empty where it is well as it is. */
  Optional<Desired> due(Announced announced, Instant now) {
    if (announced.role() != Role.FRONTEND || announced.leaving()) {
      return Optional.empty();
    }
    return journal
        .desired(announced.site())
        .filter(desired -> desired.version() != null)
        .filter(desired -> !desired.version().equals(announced.version()))
        .filter(desired -> mayTry(desired, now));
  }

  private boolean mayTry(Desired desired, Instant now) {
    return journal
        .attempts(desired.site(), desired.version())
        .map(attempts -> !attempts.blocked() && !attempts.notBefore().isAfter(now))
        .orElse(true);
  }

  /** What the end of a deployment means for later. */
  Aftermath aftermath(Deployment ended, Instant now) {
    if (!ended.state().ended()) {
      return Aftermath.NONE;
    }
    List<Desired> desired = new ArrayList<>();
    List<Attempts> attempts = new ArrayList<>();
    for (Step step : ended.steps()) {
      if (ended.kind() == Deployment.Kind.REVERT) {
        // Somebody wanted it to go back: bringing it forward again would undo that.
        desired.add(new Desired(step.site(), null, ""));
      } else if (step.frontend()) {
        judge(ended, step, now, desired, attempts);
      }
    }
    return new Aftermath(desired, attempts);
  }

  private void judge(
      Deployment ended, Step step, Instant now, List<Desired> desired, List<Attempts> attempts) {
    switch (step.status()) {
      case COMMITTED, LEFT_BEHIND, EXCUSED -> {
        if (backendIsNew(ended)) {
          desired.add(new Desired(step.site(), step.to(), step.manifestTarget()));
        }
      }
      case FAILED, STUCK -> attempts.add(failed(ended, step, now));
      case DEFERRED -> attempts.add(again(step, now, false));
      default -> {
        // As before; nothing to remember.
      }
    }
    if (ended.kind() == Deployment.Kind.CATCH_UP && step.status() == StepStatus.LEFT_BEHIND) {
      attempts.add(again(step, now, false));
    }
  }

  private static boolean backendIsNew(Deployment ended) {
    boolean wentOn =
        switch (ended.state()) {
          case COMMITTED, DEFERRED, REVERT_FAILED -> true;
          default -> false;
        };
    return wentOn && !ended.any(step -> !step.frontend() && step.status() != StepStatus.COMMITTED);
  }

  /** A version that was installed and failed is not tried again by itself; staging is. */
  private Attempts failed(Deployment ended, Step step, Instant now) {
    return again(step, now, ended.state() != DeploymentState.REFUSED);
  }

  private Attempts again(Step step, Instant now, boolean blocked) {
    int count = journal.attempts(step.site(), step.to()).map(Attempts::count).orElse(0) + 1;
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(count - 1, DOUBLINGS));
    Duration bounded = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    return new Attempts(step.site(), step.to(), count, blocked, now.plus(bounded));
  }
}
