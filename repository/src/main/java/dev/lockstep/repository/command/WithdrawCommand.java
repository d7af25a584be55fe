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
import picocli.CommandLine.Spec;

/** Takes a release out of a channel. */
@Command(
    name = "withdraw",
    description = "Take a release out of a channel; devices that have it keep it.")
public final class WithdrawCommand implements Callable<Integer> {
  @Mixin private Changes changes;
  @Mixin private Selected selected;
  @Spec private CommandSpec spec;

  @Option(names = "--channel", required = true, description = "stable, beta or dev.")
  private String channel;

  @Override
  public Integer call() {
    ReleaseSelection selection = selected.in(channel);
    Publisher publisher = changes.publisher(false);
    List<ReleaseDescription> withdrawn = publisher.withdraw(selection);
    Selected.print(spec.commandLine().getOut(), "withdrew", withdrawn);
    changes.report(publisher, spec.commandLine().getOut());
    return CommandLine.ExitCode.OK;
  }
}
