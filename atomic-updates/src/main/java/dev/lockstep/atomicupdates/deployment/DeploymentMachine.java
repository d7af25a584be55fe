package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Answered;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Begun;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.CameBack;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Decided;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Provided;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.TimePassed;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.WentAway;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The deployment's rules as a pure function: (deployment, event, time) to (deployment', effects).
 *
 * <p>An event changes steps; what the steps mean together is a {@link Verdict}; the {@link
 * DeploymentTable} says which state follows; then what may start now is started. The backend group
 * goes one by one; frontends go side by side, one at a time per device.
 */
public final class DeploymentMachine {
  private static final Failure NOBODY_THERE =
      failure(
          ErrorCode.ERROR_CODE_DEPLOYMENT_DEVICE_SILENT,
          ErrorCategory.ERROR_CATEGORY_RETRY,
          "cannot install now: every device that takes part is away; they catch up when they"
              + " return");

  private final DeploymentRules rules;
  private final Absence absence;
  private final Waves waves;

  /** A machine that goes by these rules. */
  public DeploymentMachine(DeploymentRules rules) {
    this.rules = rules;
    this.absence = new Absence(rules);
    this.waves = new Waves(rules);
  }

  /**
   * What follows from an event.
   *
   * @param deployment to be written to the journal first
   * @param effects to be carried out then, in order
   */
  public record Transition(Deployment deployment, List<DeploymentEffect> effects) {}

  /** Applies an event; one that has no meaning any more gives the same deployment, no effects. */
  public Transition apply(Deployment before, DeploymentEvent event, Instant now) {
    if (before.state().ended()) {
      return new Transition(before, List.of());
    }
    Deployment after = absorb(before, event, now);
    after = launch(settle(after, now), now);
    if (after.state() == DeploymentState.DEFERRED) {
      after = after.failed(NOBODY_THERE);
    }
    return new Transition(after, effects(before, after, event));
  }

  /** Goes through the states until there is something to wait for. */
  private Deployment settle(Deployment deployment, Instant now) {
    Deployment after = waves.spare(deployment);
    Verdict verdict = Verdict.of(after, rules.frontendFailure());
    while (verdict != Verdict.WAIT) {
      after = waves.spare(after.in(DeploymentTable.next(after.state(), verdict), now));
      verdict = Verdict.of(after, rules.frontendFailure());
    }
    return after;
  }

  private Deployment absorb(Deployment deployment, DeploymentEvent event, Instant now) {
    if (event instanceof Begun) {
      return renewDeadlines(deployment, now);
    } else if (event instanceof Answered answered) {
      return answered(deployment, answered);
    } else if (event instanceof WentAway away) {
      return absence.wentAway(deployment, away.site(), now);
    } else if (event instanceof CameBack back) {
      return absence.cameBack(deployment, back.site());
    } else if (event instanceof Decided decided) {
      return absence.decided(deployment, decided.decision(), now);
    } else if (event instanceof Provided provided) {
      return provided(deployment, provided);
    } else if (event instanceof TimePassed) {
      return timePassed(deployment, now);
    }
    throw new IllegalArgumentException("no rule for " + event);
  }

  /** While the coordinator was down nobody asked, so silence in that time proves nothing. */
  private Deployment renewDeadlines(Deployment deployment, Instant now) {
    return deployment.map(
        step -> {
          if (!step.status().awaited()) {
            return step;
          }
          Order order = Order.awaitedIn(step.status());
          return step.awaiting(order, deadline(order, now));
        });
  }

  private Deployment answered(Deployment deployment, Answered answer) {
    Step step = deployment.step(answer.site()).orElse(null);
    if (step == null || step.status() != answer.order().status()) {
      return deployment;
    }
    StepStatus next = statusAfter(answer, deployment.kind());
    Deployment changed = deployment.replace(step.in(next));
    boolean asOrdered = answer.result() == DeploymentEvent.Result.DONE;
    return asOrdered ? changed : changed.failed(cause(deployment, step, answer));
  }

  private static StepStatus statusAfter(Answered answer, Deployment.Kind kind) {
    return switch (answer.order()) {
      case STAGE ->
          answer.result() == DeploymentEvent.Result.DONE ? StepStatus.STAGED : StepStatus.FAILED;
      case INSTALL ->
          switch (answer.result()) {
            case DONE -> StepStatus.COMMITTED;
            case FAILED -> StepStatus.FAILED;
            case DEFERRED -> StepStatus.DEFERRED;
            case STUCK -> StepStatus.STUCK;
          };
      case REVERT -> afterRevert(answer.result(), kind);
    };
  }

  /** A revert that somebody asked for may be refused; one that undoes a deployment may not. */
  private static StepStatus afterRevert(DeploymentEvent.Result result, Deployment.Kind kind) {
    return switch (result) {
      case DONE -> StepStatus.REVERTED;
      case FAILED, DEFERRED ->
          kind == Deployment.Kind.REVERT ? StepStatus.FAILED : StepStatus.STUCK;
      case STUCK -> StepStatus.STUCK;
    };
  }

  /** A frontend's failure within a larger deployment has its own code; the text says the rest. */
  private static Failure cause(Deployment deployment, Step step, Answered answer) {
    Failure told = answer.failure();
    boolean larger = deployment.any(other -> !other.frontend());
    if (step.frontend() && larger && answer.order() == Order.INSTALL) {
      return failure(
          ErrorCode.ERROR_CODE_DEPLOYMENT_FRONTEND_FAILED,
          told.category(),
          "cannot bring %s to %s: %s",
          step.site(),
          step.to(),
          told.message());
    }
    String what =
        switch (answer.order()) {
          case STAGE -> "stage " + step.to() + " of ";
          case INSTALL -> "install " + step.to() + " of ";
          case REVERT -> "revert ";
        };
    return new Failure(
        told.code(), told.category(), "cannot " + what + step.site() + ": " + told.message());
  }

  private static Deployment provided(Deployment deployment, Provided event) {
    boolean part =
        deployment.any(
            step ->
                !step.frontend()
                    && step.site().component().equals(event.component())
                    && event.version().equals(step.to()));
    if (!part) {
      return deployment;
    }
    Map<String, ReleaseVersion> apis = new HashMap<>(deployment.provided());
    apis.putAll(event.provides());
    return deployment.providing(apis);
  }

  private Deployment timePassed(Deployment deployment, Instant now) {
    Deployment after = deployment;
    for (Step step : deployment.awaited()) {
      if (step.deadline().isBefore(now)) {
        after = silent(after, step);
      }
    }
    return absence.timePassed(after, now);
  }

  private Deployment silent(Deployment deployment, Step step) {
    Order order = Order.awaitedIn(step.status());
    Failure why = silence(step, order);
    boolean staysBehind = order != Order.REVERT && Absence.mayStayBehind(deployment, step);
    if (staysBehind) {
      return deployment.replace(step.in(StepStatus.LEFT_BEHIND)).failed(why);
    }
    StepStatus next = order == Order.STAGE ? StepStatus.FAILED : StepStatus.STUCK;
    return deployment.replace(step.in(next)).failed(why);
  }

  private Failure silence(Step step, Order order) {
    if (order == Order.STAGE) {
      return failure(
          ErrorCode.ERROR_CODE_DEPLOYMENT_BARRIER,
          ErrorCategory.ERROR_CATEGORY_RETRY,
          "cannot install %s %s: %s did not say within %d s that it is staged; check that device,"
              + " then ask again",
          step.site().component(),
          step.to(),
          step.site().device(),
          rules.stageDeadline().toSeconds());
    }
    return failure(
        ErrorCode.ERROR_CODE_DEPLOYMENT_DEVICE_SILENT,
        ErrorCategory.ERROR_CATEGORY_OPERATOR,
        "cannot tell how the %s of %s ended: no answer in %d s; look at that device",
        order == Order.INSTALL ? "install" : "revert",
        step.site(),
        rules.installDeadline().toSeconds());
  }

  private Deployment launch(Deployment deployment, Instant now) {
    return switch (deployment.state()) {
      case STAGING -> launchStaging(deployment, now);
      case BACKEND -> launchBackend(launchStaging(deployment, now), now);
      case FRONTENDS -> waves.launch(launchStaging(deployment, now), now);
      case REVERTING -> launchRevert(deployment, now);
      case COMMITTED, REVERTED, REVERT_FAILED, REFUSED, DEFERRED -> deployment;
    };
  }

  /** In later states this is for who came back late. */
  private Deployment launchStaging(Deployment deployment, Instant now) {
    return deployment.map(
        step ->
            step.status() == StepStatus.PENDING
                ? step.awaiting(Order.STAGE, deadline(Order.STAGE, now))
                : step);
  }

  private Deployment launchBackend(Deployment deployment, Instant now) {
    if (deployment.anyIn(StepStatus.INSTALLING)) {
      return deployment;
    }
    return deployment.steps().stream()
        .filter(step -> !step.frontend() && step.status() == StepStatus.STAGED)
        .findFirst()
        .map(step -> deployment.replace(step.awaiting(Order.INSTALL, deadline(Order.INSTALL, now))))
        .orElse(deployment);
  }

  /** Last committed, first reverted; what is still installing has to end first. */
  private Deployment launchRevert(Deployment deployment, Instant now) {
    if (deployment.anyIn(StepStatus.INSTALLING) || deployment.anyIn(StepStatus.REVERTING)) {
      return deployment;
    }
    List<Step> steps = deployment.steps();
    for (int i = steps.size() - 1; i >= 0; i--) {
      if (steps.get(i).status() == StepStatus.COMMITTED) {
        return deployment.replace(steps.get(i).awaiting(Order.REVERT, deadline(Order.REVERT, now)));
      }
    }
    return deployment;
  }

  private Instant deadline(Order order, Instant now) {
    return now.plus(rules.deadline(order));
  }

  private static List<DeploymentEffect> effects(
      Deployment before, Deployment after, DeploymentEvent event) {
    List<DeploymentEffect> effects = new ArrayList<>();
    boolean begun = event instanceof Begun;
    if (after.state().ended()) {
      effects.add(new DeploymentEffect.TellEnd());
      return effects;
    }
    boolean asks = !Barrier.question(before).equals(Barrier.question(after));
    if (begun || asks || before.state() != after.state()) {
      effects.add(new DeploymentEffect.TellBarrier(Barrier.message(after)));
    }
    // Steps keep their places, so that this stays linear in their number.
    for (int i = 0; i < after.steps().size(); i++) {
      Step step = after.steps().get(i);
      if (step.status().awaited() && (begun || before.steps().get(i).status() != step.status())) {
        effects.add(new DeploymentEffect.Instruct(step, Order.awaitedIn(step.status())));
      }
    }
    return effects;
  }

  private static Failure failure(
      ErrorCode code, ErrorCategory category, String message, Object... arguments) {
    return new Failure(code, category, message.formatted(arguments));
  }
}
