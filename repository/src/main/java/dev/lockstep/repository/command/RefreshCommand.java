package dev.lockstep.repository.command;

import dev.lockstep.repository.Publisher;
import dev.lockstep.repository.Renewal;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Signs snapshot and timestamp anew, and what expires soon. */
@Command(
    name = "refresh",
    description = "Sign snapshot and timestamp anew, and every role that expires soon; for cron.",
    mixinStandardHelpOptions = true)
public final class RefreshCommand implements Callable<Integer> {
  @Mixin private Changes changes;
  @Spec private CommandSpec spec;

  @Option(
      names = "--within",
      paramLabel = "TIME",
      defaultValue = "30d",
      description =
          "Also sign the roles that expire within this time, if their keys are here (default:"
              + " ${DEFAULT-VALUE}).")
  private String within;

  @Option(names = "--only-online", description = "Sign snapshot and timestamp, nothing else.")
  private boolean onlyOnline;

  @Override
  public Integer call() {
    Duration soon = onlyOnline ? Duration.ofDays(-36_500) : Names.duration(spec, within);
    Publisher publisher = changes.publisher(false);
    Renewal renewal = publisher.refresh(soon);
    new TreeMap<>(renewal.renewed())
        .forEach(
            (role, expires) ->
                spec.commandLine().getOut().println("renewed " + role + " until " + expires));
    new TreeMap<>(renewal.due())
        .forEach(
            (role, expires) ->
                spec.commandLine()
                    .getErr()
                    .println(
                        "lockstep-repo: "
                            + role
                            + " expires "
                            + expires
                            + " and its keys are not"
                            + " here; run refresh --draft FILE and have it signed"));
    changes.report(publisher, spec.commandLine().getOut());
    return CommandLine.ExitCode.OK;
  }
}
