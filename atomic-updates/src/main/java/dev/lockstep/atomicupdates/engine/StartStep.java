package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.port.Reports.Phase;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Duration;
import java.time.Instant;

/** Starts the new version, or waits until somebody else has; undone, stops it. */
final class StartStep implements Step {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  @Override
  public StepResult apply(StepContext context) throws InterruptedException {
    ReleaseVersion to = context.install().versions().to();
    if (context.component().own()) {
      return OwnRelease.start(context, to);
    }
    if (!context.component().controlled()) {
      if (context.component().upgradesPackages()) {
        return StepResult.done();
      }
      return awaitExternal(context, to);
    }
    context.phase(Phase.RESTART, "starting " + to);
    context.ports().processes().start(context.id(), to);
    context.log(context.id() + " " + to + " is started");
    return StepResult.done();
  }

  private static StepResult awaitExternal(StepContext context, ReleaseVersion to)
      throws InterruptedException {
    if (context
        .external()
        .restarted(context.id(), to, context.ports().health().ask(context.id()))) {
      context.log(context.id() + " was restarted");
      return StepResult.done();
    }
    Duration deadline = context.component().settings().health().untilFirstAnswer();
    Instant until = context.install().times().updated().plus(deadline);
    if (context.ports().clock().instant().isAfter(until)) {
      return new StepResult.Failed(
          Failure.reverting(
              ErrorCode.ERROR_CODE_START_FAILED,
              "cannot see %s run %s: it was not restarted within %d s; restart it by its own means"
                  .formatted(context.id(), to, deadline.toSeconds())));
    }
    context.phase(Phase.RESTART, "waiting until " + context.id() + " is restarted");
    return new StepResult.AwaitExternal("the restart of " + context.id(), LOOK_AGAIN);
  }

  @Override
  public StepResult undo(StepContext context) {
    if (context.component().controlled()) {
      context.phase(Phase.REVERT, "stopping " + context.install().versions().to());
      context.ports().processes().stop(context.id());
    }
    return StepResult.done();
  }
}
