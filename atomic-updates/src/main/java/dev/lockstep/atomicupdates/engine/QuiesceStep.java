package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.port.HealthCheck.Health;
import dev.lockstep.atomicupdates.port.Participants.RestartNotice;
import dev.lockstep.atomicupdates.port.ProcessControl.Life;
import dev.lockstep.atomicupdates.port.Reports.Phase;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Instant;

/** Announces the restart, lets components drain, stops the old version; undone, starts it. */
final class QuiesceStep implements Step {

  @Override
  public StepResult apply(StepContext context) throws InterruptedException {
    ReleaseVersion from = context.install().versions().from();
    if (!context.component().controlled()) {
      if (context.component().upgradesPackages()) {
        // Nothing of it runs by itself.
        return StepResult.done();
      }
      if (from != null) {
        warn(context, from);
      }
      if (context.component().own()) {
        return new StepResult.Done(context.ports().clock().instant());
      }
      context.external().restartAsked(context.id(), context.install().versions().to());
      return StepResult.done();
    }
    Life life = context.ports().processes().status(context.id()).life();
    if (life == Life.RUNNING && from != null) {
      warn(context, from);
    }
    if (life == Life.RUNNING && BackupHooks.whileRunning(context)) {
      context.log(context.id() + " " + from + " goes on running until its data are copied");
      return StepResult.done();
    }
    return stop(context);
  }

  /** Stops the old version, here or after its data are copied. */
  static StepResult stop(StepContext context) {
    ReleaseVersion from = context.install().versions().from();
    Instant stopping = context.ports().clock().instant();
    context.fault("quiesce.stop");
    context.ports().processes().stop(context.id());
    if (from == null) {
      return StepResult.done();
    }
    context.log(context.id() + " " + from + " is stopped");
    return new StepResult.Done(stopping);
  }

  private static void warn(StepContext context, ReleaseVersion from) throws InterruptedException {
    var install = context.install();
    String job = install.key().jobId();
    context.phase(Phase.PREPARE, "announcing the restart");
    context
        .ports()
        .participants()
        .announceRestart(
            new RestartNotice(
                job,
                context.id(),
                from,
                install.versions().to(),
                "install of " + context.id() + " " + install.versions().to()));
    context.phase(Phase.PREPARE, "waiting for components to drain");
    context.ports().participants().drain(job, context.id());
    if (Thread.interrupted()) {
      // The notice was cut short because Lockstep stops: the component must not pay for that.
      throw new InterruptedException("the restart was announced, Lockstep stops");
    }
  }

  @Override
  public StepResult undo(StepContext context) throws InterruptedException {
    ReleaseVersion from = context.install().versions().from();
    context.phase(Phase.REVERT, from == null ? "nothing ran before" : "starting " + from);
    if (from == null) {
      tellRuns(context, null);
      return StepResult.done();
    }
    if (context.component().own()) {
      StepResult started = OwnRelease.start(context, from);
      if (!(started instanceof StepResult.Done)) {
        return started;
      }
    } else if (context.component().upgradesPackages()) {
      return StepResult.done();
    } else if (!context.component().controlled()) {
      if (!ExternalRestart.isNeededBack(context, from)) {
        tellRuns(context, from);
        return StepResult.done();
      }
      StepResult restarted = ExternalRestart.back(context, from);
      if (!(restarted instanceof StepResult.Done)) {
        return restarted;
      }
    } else {
      context.ports().processes().start(context.id(), from);
    }
    Health health = context.ports().health().await(context.id(), from, false);
    if (!health.healthy()) {
      return new StepResult.Failed(
          Failure.forOperator(
              ErrorCode.ERROR_CODE_REVERT_FAILED,
              "cannot bring %s %s back: %s; see %s and its log, then install a release or start it by hand%s"
                  .formatted(
                      context.id(),
                      from,
                      Secrets.mask(health.problem()),
                      context.component().slots().home(),
                      backupHint(context))));
    }
    if (context.component().own()) {
      OwnRelease.confirm(context);
      OwnRelease.forgetWentBack(context);
    }
    context.log(context.id() + " " + from + " runs again");
    tellRuns(context, from);
    return new StepResult.Done(health.healthyAt());
  }

  private static void tellRuns(StepContext context, ReleaseVersion version) {
    context.ports().reports().restartRequired(context.id(), false, version, version, "");
  }

  private static String backupHint(StepContext context) {
    String made = context.install().backups().made();
    return made == null
        ? ""
        : "; its data as they were are in " + context.component().backups().folder().resolve(made);
  }
}
