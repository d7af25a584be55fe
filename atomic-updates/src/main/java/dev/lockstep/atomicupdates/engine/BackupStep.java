package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.backup.Backups;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.port.Reports.Phase;
import dev.lockstep.atomicupdates.process.ComponentCommand;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;
import java.util.Optional;

/**
 * Copies the data while the component is stopped, or between its own commands that make the copy
 * consistent; undone, puts them back where it matters.
 */
final class BackupStep implements Step {

  @Override
  public StepResult apply(StepContext context) throws InterruptedException {
    Install install = context.install();
    String name = install.backups().made();
    if (name == null) {
      context.phase(
          Phase.BACKUP,
          install.versions().from() == null
              ? "nothing to back up: nothing was installed"
              : "no backup is made: going back would not bring the data back");
      return StepResult.done();
    }
    context.phase(Phase.BACKUP, "backing up to " + name);
    boolean running = BackupHooks.whileRunning(context);
    boolean again = install.position().resumes() > 0;
    if (again && !running && context.component().controlled()) {
      // Who looks after it may have started it again while this process was away.
      context.ports().processes().stop(context.id());
    }
    ComponentCommand.stopLeftovers(context.component().commands());
    Backups backups = context.component().backups();
    BackupHooks hooks = new BackupHooks(context);
    if (!backups.has(name)) {
      if (again) {
        // What the first command began in an earlier process is ended before it begins anew.
        hooks.after().ifPresent(context::log);
      }
      Optional<String> trouble = make(context, backups, hooks, name);
      if (trouble.isPresent()) {
        return failed(context, trouble.get());
      }
      context.log("backup " + backups.folder().resolve(name) + " is made");
    }
    Optional<String> trouble = hooks.after();
    if (trouble.isPresent()) {
      return failed(context, trouble.get() + "; see the job's log");
    }
    return running ? QuiesceStep.stop(context) : StepResult.done();
  }

  private static Optional<String> make(
      StepContext context, Backups backups, BackupHooks hooks, String name)
      throws InterruptedException {
    try {
      backups.begin(name, hooks.any());
      Optional<String> trouble = hooks.before();
      if (trouble.isPresent()) {
        return trouble.map(why -> why + "; see the job's log");
      }
      backups.make(
          name, context.install().versions().from(), context.component().settings().backupPaths());
      return Optional.empty();
    } catch (IOException failed) {
      return Optional.of(failed + "; check " + backups.folder());
    }
  }

  private static StepResult failed(StepContext context, String why) {
    return new StepResult.Failed(
        Failure.forOperator(
            ErrorCode.ERROR_CODE_BACKUP_FAILED,
            Secrets.mask("cannot back up %s before the install: %s".formatted(context.id(), why))));
  }

  @Override
  public StepResult undo(StepContext context) throws InterruptedException {
    Install install = context.install();
    String name = install.backups().made();
    ComponentCommand.stopLeftovers(context.component().commands());
    BackupHooks hooks = new BackupHooks(context);
    if (name != null && hooks.owed()) {
      // Going back does not end here: whether the component works is asked after this.
      hooks.after().ifPresent(context::log);
    }
    if (!install.dataTouched()) {
      return StepResult.done();
    }
    if (name == null) {
      if (install.versions().from() != null) {
        context.log("the data stay as they are: no backup was made");
      }
      return StepResult.done();
    }
    context.phase(Phase.REVERT, "restoring the data from " + name);
    try {
      context.component().backups().restore(name);
    } catch (IOException failed) {
      return new StepResult.Failed(
          Failure.forOperator(
              ErrorCode.ERROR_CODE_REVERT_FAILED,
              "cannot restore the data of %s from %s: %s; manual intervention required: make room or mend that, then run lockstep revert %s or restart Lockstep, which tries it again; %s is not started before"
                  .formatted(
                      context.id(),
                      context.component().backups().folder().resolve(name),
                      failed,
                      context.id(),
                      context.id())));
    }
    context.log("the data are restored from " + name);
    return StepResult.done();
  }
}
