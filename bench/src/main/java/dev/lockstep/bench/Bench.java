package dev.lockstep.bench;

import dev.lockstep.bench.bus.BusBenchmark;
import dev.lockstep.bench.command.CommandBenchmark;
import dev.lockstep.bench.downtime.DowntimeBenchmark;
import dev.lockstep.bench.fleet.FleetBenchmark;
import dev.lockstep.bench.poll.TufPollBenchmark;
import dev.lockstep.bench.staging.StagingBenchmark;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lockstep-bench}: measures Lockstep beside what it is compared with. */
@Command(
    name = "lockstep-bench",
    mixinStandardHelpOptions = true,
    description = "Measures Lockstep beside what it is compared with (docs/performance.md).",
    subcommands = {
      TufPollBenchmark.class,
      BusBenchmark.class,
      StagingBenchmark.class,
      CommandBenchmark.class,
      DowntimeBenchmark.class,
      FleetBenchmark.class
    })
public final class Bench implements Runnable {
  @Spec private CommandSpec spec;

  /** The command line, ready to execute. */
  public static CommandLine commandLine() {
    return new CommandLine(new Bench())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (failure, commandLine, parsed) -> {
              if (!(failure instanceof IOException)) {
                throw failure;
              }
              System.err.println("lockstep-bench: " + failure.getMessage());
              return commandLine.getCommandSpec().exitCodeOnExecutionException();
            });
  }

  /** Runs one benchmark. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which benchmark? --help lists them");
  }
}
