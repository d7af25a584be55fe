package dev.lockstep.repository.command;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.repository.Publisher;
import dev.lockstep.repository.ReleaseSelection;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Publishes a release of one channel in another. */
@Command(
    name = "promote",
    description = "Publish a release in a further channel, with the same content.")
public final class PromoteCommand implements Callable<Integer> {
  @Mixin private Changes changes;
  @Mixin private Selected selected;
  @Spec private CommandSpec spec;

  @Option(names = "--from", required = true, description = "Channel that has it: dev or beta.")
  private String from;

  @Option(names = "--to", required = true, description = "Channel that gets it: beta or stable.")
  private String to;

  @Option(
      names = "--rollout",
      paramLabel = "PERCENT",
      description = "Share of devices that are offered it there (default: as before).")
  private String rollout;

  @Override
  public Integer call() {
    OptionalInt percent =
        rollout == null
            ? OptionalInt.empty()
            : OptionalInt.of(Percent.parse(spec, "--rollout", rollout));
    ReleaseSelection selection = selected.in(from);
    Publisher publisher = changes.publisher(false);
    List<ReleaseDescription> promoted = publisher.promote(selection, to, percent);
    Selected.print(spec.commandLine().getOut(), "promoted", promoted);
    changes.report(publisher, spec.commandLine().getOut());
    return CommandLine.ExitCode.OK;
  }
}
