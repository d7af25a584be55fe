package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.Install.Method;
import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.atomicupdates.files.DurableFiles;
import dev.lockstep.atomicupdates.files.FileTrees;
import dev.lockstep.atomicupdates.port.Reports.Phase;
import dev.lockstep.atomicupdates.process.CommandRun;
import dev.lockstep.atomicupdates.process.ComponentCommand;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings the data to the new version: by the component's own command, or, going back, from the
 * backup that holds that version's data. The data themselves are undone by the backup's undo.
 */
final class MigrateStep implements Step {
  @Override
  public StepResult apply(StepContext context) throws InterruptedException {
    Install install = context.install();
    if (context.component().upgradesPackages()) {
      return PackagesUpgrade.apply(context);
    }
    stopLeftovers(context);
    try {
      if (install.backups().restored() != null) {
        String name = install.backups().restored();
        context.phase(Phase.MIGRATE, "restoring the data from " + name);
        context.component().backups().restore(name);
        context.log(
            "the data are those of %s; what was written since is kept in %s"
                .formatted(name, install.backups().made()));
        return StepResult.done();
      }
      List<String> command = context.component().settings().migrate();
      if (command.isEmpty() || install.order().method() == Method.REVERT) {
        context.phase(Phase.MIGRATE, "nothing to migrate");
        return StepResult.done();
      }
      return migrate(context, command);
    } catch (IOException failed) {
      return failed(context, failed.toString());
    }
  }

  private static StepResult migrate(StepContext context, List<String> command)
      throws IOException, InterruptedException {
    Install install = context.install();
    String made = install.backups().made();
    context.phase(Phase.MIGRATE, "migrating the data");
    if (install.position().resumes() > 0 && made != null) {
      // It may have been interrupted half way: it gets the data as it found them.
      context.component().backups().restore(made);
    }
    Disk.createFolders(context.component().slots().data());
    ComponentCommand migration = new ComponentCommand(context.component().commands(), command);
    CommandRun.Result result =
        migration.run(
            context.component().settings().process().environment(),
            Map.of(),
            install.versions().to(),
            context.component().settings().migrateDeadline());
    result.lines().forEach(line -> context.log("migrate: " + line));
    Optional<String> trouble = migration.trouble(result);
    if (trouble.isPresent()) {
      return failed(context, "its command " + trouble.get());
    }
    // The journal is about to say that they are migrated; a power cut must not say otherwise.
    for (String path : context.component().settings().backupPaths()) {
      makeSure(context.component().slots().home(), path);
    }
    return StepResult.done();
  }

  private static void makeSure(Path home, String path) throws IOException {
    Path data = home.resolve(path);
    // Without backups it may be a link, of which no more than the link would be made sure of.
    FileTrees.sync(Files.isSymbolicLink(data) && Files.exists(data) ? data.toRealPath() : data);
    // They may be new, or have taken the place of others, up to the component's own folder.
    for (Path above = data.getParent(); above.startsWith(home); above = above.getParent()) {
      if (Files.isDirectory(above)) {
        DurableFiles.sync(above);
      }
    }
  }

  private static StepResult failed(StepContext context, String why) {
    return new StepResult.Failed(
        Failure.reverting(
            ErrorCode.ERROR_CODE_MIGRATE_FAILED,
            Secrets.mask(
                "cannot migrate the data of %s to %s: %s; see the job's log"
                    .formatted(context.id(), context.install().versions().to(), why))));
  }

  /** A migration that an earlier Lockstep process began must not run beside this one. */
  private static void stopLeftovers(StepContext context) {
    if (context.component().controlled()) {
      context.ports().processes().stop(context.id());
    }
    ComponentCommand.stopLeftovers(context.component().commands());
  }

  @Override
  public StepResult undo(StepContext context) {
    if (context.component().upgradesPackages()) {
      return PackagesUpgrade.undo(context);
    }
    stopLeftovers(context);
    return StepResult.done();
  }
}
