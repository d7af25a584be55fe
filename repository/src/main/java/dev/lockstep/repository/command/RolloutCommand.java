package dev.lockstep.repository.command;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.repository.Publisher;
import dev.lockstep.repository.ReleaseSelection;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Changes the share of devices that are offered a release. */
@Command(
    name = "rollout",
    description = "Pause or resume the rollout of a release, or set its share of devices.")
public final class RolloutCommand implements Callable<Integer> {
  @Mixin private Changes changes;
  @Mixin private Selected selected;
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "ACTION", description = "pause, resume or set.")
  private String action;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PERCENT",
      description = "With set: the share, such as 25%%.")
  private String percent;

  @Option(
      names = "--channel",
      defaultValue = "stable",
      description = "stable, beta or dev (default: ${DEFAULT-VALUE}).")
  private String channel;

  @Override
  public Integer call() {
    boolean known = List.of("pause", "resume", "set").contains(action);
    if (!known || action.equals("set") == (percent == null)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "write rollout pause, rollout resume or rollout set PERCENT");
    }
    ReleaseSelection selection = selected.in(channel);
    int share = percent == null ? 0 : Percent.parse(spec, "PERCENT", percent);
    Publisher publisher = changes.publisher(false);
    List<ReleaseDescription> changed =
        switch (action) {
          case "pause" -> publisher.pauseRollout(selection);
          case "resume" -> publisher.resumeRollout(selection);
          default -> publisher.setRollout(selection, share);
        };
    Selected.print(spec.commandLine().getOut(), "offering", changed);
    changes.report(publisher, spec.commandLine().getOut());
    return CommandLine.ExitCode.OK;
  }
}
