package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.port.Reports.Phase;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;

/** Copies the data while the component is stopped; undone, puts them back where it matters. */
final class BackupStep implements Step {

  @Override
  public StepResult apply(StepContext context) {
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
    try {
      context
          .component()
          .backups()
          .make(name, install.versions().from(), context.component().settings().backupPaths());
    } catch (IOException failed) {
      return new StepResult.Failed(
          Failure.forOperator(
              ErrorCode.ERROR_CODE_BACKUP_FAILED,
              "cannot back up %s before the install: %s; check %s"
                  .formatted(context.id(), failed, context.component().backups().folder())));
    }
    context.log("backup " + context.component().backups().folder().resolve(name) + " is made");
    return StepResult.done();
  }

  @Override
  public StepResult undo(StepContext context) {
    Install install = context.install();
    String name = install.backups().made();
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
              "cannot restore the data of %s from %s: %s; copy them back by hand, then start it"
                  .formatted(
                      context.id(), context.component().backups().folder().resolve(name), failed)));
    }
    context.log("the data are restored from " + name);
    return StepResult.done();
  }
}
