package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.port.HealthCheck.Health;
import dev.lockstep.atomicupdates.port.Reports.Phase;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.Optional;

/** The new version has to become healthy and stay so through the window. */
final class VerifyStep implements Step {

  @Override
  public StepResult apply(StepContext context) throws InterruptedException {
    ReleaseVersion to = context.install().versions().to();
    context.phase(Phase.VERIFY, "waiting until " + context.id() + " " + to + " is healthy");
    Health health = context.ports().health().await(context.id(), to, true);
    if (!health.healthy()) {
      return failed(context, health.problem());
    }
    Optional<ReleaseVersion> active = context.component().active();
    if (active.filter(to::equals).isEmpty()) {
      return failed(
          context, "the active release says it is " + active.map(Object::toString).orElse("none"));
    }
    if (context.component().own()) {
      OwnRelease.confirm(context);
    }
    context.ports().reports().restartRequired(context.id(), false, to, to, "");
    context.log(context.id() + " " + to + " is healthy");
    return new StepResult.Done(health.healthyAt());
  }

  private static StepResult failed(StepContext context, String problem) {
    return new StepResult.Failed(
        Failure.reverting(
            ErrorCode.ERROR_CODE_HEALTH_FAILED,
            "cannot keep %s %s: %s; report it to its publisher"
                .formatted(
                    context.id(), context.install().versions().to(), Secrets.mask(problem))));
  }

  @Override
  public StepResult undo(StepContext context) {
    context.phase(Phase.REVERT, "reverting " + context.install().versions().to());
    return StepResult.done();
  }
}
