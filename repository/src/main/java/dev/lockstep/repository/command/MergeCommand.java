package dev.lockstep.repository.command;

import dev.lockstep.repository.Draft;
import dev.lockstep.repository.Publisher;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows readers a draft that has been signed. */
@Command(
    name = "merge",
    description = "Put the signatures of a draft, or of copies of it, together and publish it.",
    mixinStandardHelpOptions = true)
public final class MergeCommand implements Callable<Integer> {
  @Mixin private Changes changes;
  @Spec private CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "The draft, or copies of it.")
  private List<Path> files;

  @Override
  public Integer call() {
    List<Draft> copies = files.stream().map(Draft::read).toList();
    Publisher publisher = changes.publisher(false);
    publisher.merge(copies);
    if (!publisher.waitsForSignatures()) {
      spec.commandLine().getOut().println("merged " + files.get(0));
    }
    changes.report(publisher, spec.commandLine().getOut());
    return CommandLine.ExitCode.OK;
  }
}
