package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.port.Reports.Phase;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;

/**
 * The restart of a component that somebody else starts: it is asked for, awaited until a deadline,
 * and never taken for done where nothing showed it.
 */
final class ExternalRestart {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private ExternalRestart() {}

  /** Waits until the version that is active runs; done once it was restarted. */
  static StepResult into(StepContext context, ReleaseVersion to) throws InterruptedException {
    return await(
        context, to, message -> Failure.reverting(ErrorCode.ERROR_CODE_START_FAILED, message));
  }

  /**
   * Whether somebody has to restart it once more to go back: not where the new version was never
   * started, as the one before still runs then.
   */
  static boolean isNeededBack(StepContext context, ReleaseVersion from) {
    ExternalComponents external = context.external();
    Install install = context.install();
    // What a process before this one has heard is not known here: it may have been restarted.
    return external.isAskedFor(context.id(), from)
        || external.mayRun(context.id(), install.versions().to())
        || install.position().resumes() > 0 && !external.saidToRun(context.id(), from);
  }

  /** Asks for the restart into the version before, whose link is active again, and waits for it. */
  static StepResult back(StepContext context, ReleaseVersion from) throws InterruptedException {
    if (!context.external().isAskedFor(context.id(), from)) {
      context.external().restartAsked(context.id(), from);
      context
          .ports()
          .reports()
          .restartRequired(
              context.id(),
              true,
              context.install().versions().to(),
              from,
              from + " is active again and not yet running");
    }
    return await(
        context, from, message -> Failure.forOperator(ErrorCode.ERROR_CODE_REVERT_FAILED, message));
  }

  private static StepResult await(
      StepContext context, ReleaseVersion wanted, Function<String, Failure> late)
      throws InterruptedException {
    String id = context.id();
    if (context.external().restarted(id, wanted, context.ports().health().ask(id))) {
      context.log(id + " was restarted");
      return StepResult.done();
    }
    Duration deadline = context.component().settings().health().untilFirstAnswer();
    Instant until = context.install().times().updated().plus(deadline);
    if (context.ports().clock().instant().isAfter(until)) {
      return new StepResult.Failed(
          late.apply(
              "cannot see %s run %s: it was not restarted within %d s; restart it by its own means"
                  .formatted(id, wanted, deadline.toSeconds())));
    }
    context.phase(Phase.RESTART, "waiting until " + id + " is restarted");
    return new StepResult.AwaitExternal("the restart of " + id, LOOK_AGAIN);
  }
}
