package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.port.Reports.Phase;
import dev.lockstep.protocol.version.ReleaseVersion;

/** Starts the new version, or waits until somebody else has; undone, stops it. */
final class StartStep implements Step {
  @Override
  public StepResult apply(StepContext context) throws InterruptedException {
    ReleaseVersion to = context.install().versions().to();
    if (context.component().own()) {
      return OwnRelease.start(context, to);
    }
    if (!context.component().controlled()) {
      return context.component().upgradesPackages()
          ? StepResult.done()
          : ExternalRestart.into(context, to);
    }
    context.phase(Phase.RESTART, "starting " + to);
    context.ports().processes().start(context.id(), to);
    context.log(context.id() + " " + to + " is started");
    return StepResult.done();
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
