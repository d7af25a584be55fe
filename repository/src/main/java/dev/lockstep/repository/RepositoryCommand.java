package dev.lockstep.repository;

import dev.lockstep.repository.command.BundleCommand;
import dev.lockstep.repository.command.DiffCommand;
import dev.lockstep.repository.command.InitCommand;
import dev.lockstep.repository.command.KeygenCommand;
import dev.lockstep.repository.command.ListCommand;
import dev.lockstep.repository.command.MergeCommand;
import dev.lockstep.repository.command.PromoteCommand;
import dev.lockstep.repository.command.PublishCommand;
import dev.lockstep.repository.command.RefreshCommand;
import dev.lockstep.repository.command.RolloutCommand;
import dev.lockstep.repository.command.RotateCommand;
import dev.lockstep.repository.command.ServeCommand;
import dev.lockstep.repository.command.SignCommand;
import dev.lockstep.repository.command.VerifyCommand;
import dev.lockstep.repository.command.WithdrawCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command {@code lockstep-repo}. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 what was named
 * does not exist, 4 {@code verify} has warnings only.
 */
@Command(
    name = "lockstep-repo",
    description = "Makes, signs and serves a repository of releases.",
    mixinStandardHelpOptions = true,
    version = "lockstep-repo 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      InitCommand.class,
      KeygenCommand.class,
      PublishCommand.class,
      ListCommand.class,
      PromoteCommand.class,
      WithdrawCommand.class,
      RolloutCommand.class,
      RotateCommand.class,
      SignCommand.class,
      MergeCommand.class,
      RefreshCommand.class,
      VerifyCommand.class,
      DiffCommand.class,
      BundleCommand.class,
      ServeCommand.class
    })
public final class RepositoryCommand implements Runnable {
  private static final int FAILED = 1;
  private static final int NOT_FOUND = 3;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Runs one verb and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** The command line, for embedding: {@code commandLine().execute(…)} gives the exit code. */
  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new RepositoryCommand());
    // "@file" belongs to --notes here.
    line.setExpandAtFiles(false);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          if (failure instanceof RepositoryException known) {
            command.getErr().println("lockstep-repo: " + known.getMessage());
            return known instanceof RepositoryException.NotFound ? NOT_FOUND : FAILED;
          }
          command.getErr().println("lockstep-repo: unexpected error; please report it");
          failure.printStackTrace(command.getErr());
          return FAILED;
        });
    return line;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }
}
