package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.InstallStep;
import dev.lockstep.atomicupdates.process.CommandRun;
import dev.lockstep.atomicupdates.process.ComponentCommand;
import dev.lockstep.config.ComponentSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The component's own commands around the copy of its data. The journal says that the backup was
 * begun before the first runs, and goes past the backup only when the second has run; so whatever
 * comes between, the second is owed as long as the journal stands at the backup.
 */
final class BackupHooks {
  private final StepContext context;
  private final ComponentSettings.BackupHooks settings;

  BackupHooks(StepContext context) {
    this.context = context;
    this.settings = context.component().settings().backupHooks();
  }

  /** Whether there is any. */
  boolean any() {
    return settings.any();
  }

  /** Whether the component is stopped only after its data are copied. */
  static boolean whileRunning(StepContext context) {
    return context.component().controlled()
        && context.install().backups().made() != null
        && context.component().settings().backupHooks().whileRunning();
  }

  /** Whether the journal stands at the backup, so that the second command is owed. */
  boolean owed() {
    return context.install().position().reached() == InstallStep.BACKUP;
  }

  /** Runs the first; gives what went wrong. */
  Optional<String> before() throws InterruptedException {
    return run("before", settings.before(), settings.beforeTimeout());
  }

  /** Runs the second; gives what went wrong. */
  Optional<String> after() throws InterruptedException {
    return run("after", settings.after(), settings.afterTimeout());
  }

  private Optional<String> run(String which, List<String> words, Duration timeout)
      throws InterruptedException {
    if (words.isEmpty()) {
      return Optional.empty();
    }
    ComponentCommand command = new ComponentCommand(context.component().commands(), words);
    context.log("backup hook %s: %s".formatted(which, command));
    context.fault("backup.hook." + which);
    Optional<String> trouble;
    try {
      CommandRun.Result result =
          command.run(
              context.component().settings().process().environment(),
              facts(),
              context.install().versions().from(),
              timeout);
      result.lines().forEach(line -> context.log("backup hook %s: %s".formatted(which, line)));
      trouble = command.trouble(result);
    } catch (IOException notStarted) {
      trouble = Optional.of(command + " could not be started (" + notStarted.getMessage() + ")");
    }
    context.fault("backup.hook." + which + ".ended");
    return trouble.map(why -> "its backup hook \"%s\" %s".formatted(which, why));
  }

  private Map<String, String> facts() {
    Install install = context.install();
    Map<String, String> facts = new TreeMap<>();
    facts.put("LOCKSTEP_JOB", Install.Key.jobOf(install.key().jobId()));
    facts.put("LOCKSTEP_FROM_VERSION", install.versions().from().toString());
    facts.put("LOCKSTEP_TO_VERSION", install.versions().to().toString());
    facts.put("LOCKSTEP_DATA", context.component().slots().data().toAbsolutePath().toString());
    facts.put(
        "LOCKSTEP_BACKUP",
        context
            .component()
            .backups()
            .hookFolder(install.backups().made())
            .toAbsolutePath()
            .toString());
    return facts;
  }
}
