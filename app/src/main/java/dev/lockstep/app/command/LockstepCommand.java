package dev.lockstep.app.command;

import dev.lockstep.app.ExitCode;
import dev.lockstep.bus.BusException;
import dev.lockstep.config.ConfigException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lockstep}: the verbs, and what their failures mean for the exit code. */
@Command(
    name = "lockstep",
    mixinStandardHelpOptions = true,
    version = "lockstep 0.1.0",
    description = "Keeps the components of one app on versions that fit each other.",
    subcommands = {
      StatusCommand.class,
      CheckCommand.class,
      InstallCommand.class,
      DecideCommand.class,
      ScheduleCommand.class,
      HoldCommand.class,
      UnholdCommand.class,
      SkipCommand.class,
      UnskipCommand.class,
      NotesCommand.class,
      RevertCommand.class,
      HistoryCommand.class,
      LogsCommand.class,
      WatchCommand.class,
      DaemonCommand.class,
      AgentCommand.class,
      BrokerCommand.class,
      KeygenCommand.class,
      PackagesCommand.class,
      PairCommand.class,
      DoctorCommand.class,
      DemoCommand.class,
      WarmUpCommand.class
    })
public final class LockstepCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** The command line, ready to execute. */
  public static CommandLine commandLine() {
    return new CommandLine(new LockstepCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (failure, commandLine, parsed) -> {
              System.err.println("lockstep: " + messageOf(failure));
              return exitCodeOf(failure).code();
            });
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which verb? --help lists them");
  }

  private static ExitCode exitCodeOf(Exception failure) {
    if (failure instanceof UsageException || failure instanceof ConfigException) {
      return ExitCode.USAGE;
    }
    if (failure instanceof BusException bus) {
      return switch (bus.code()) {
        case ERROR_CODE_BUS_NO_ANSWER, ERROR_CODE_BUS_QUEUE_FULL -> ExitCode.UNREACHABLE;
        case ERROR_CODE_BUS_KEY_UNUSABLE, ERROR_CODE_BUS_ADDRESS_UNUSABLE -> ExitCode.USAGE;
        default -> ExitCode.FAILED;
      };
    }
    return ExitCode.FAILED;
  }

  private static String messageOf(Exception failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
