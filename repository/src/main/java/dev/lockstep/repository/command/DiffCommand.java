package dev.lockstep.repository.command;

import dev.lockstep.protocol.version.MalformedVersionException;
import dev.lockstep.repository.ReleaseDifference;
import dev.lockstep.repository.ReleaseSelection;
import dev.lockstep.repository.RepositoryDirectory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares the trees of two releases. */
@Command(
    name = "diff",
    description = "List the files that differ between two releases of a component.",
    mixinStandardHelpOptions = true)
public final class DiffCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--repository",
      paramLabel = "DIR",
      defaultValue = "${env:LOCKSTEP_REPOSITORY:-repository}",
      description = "Folder of the repository (default: ${DEFAULT-VALUE}).")
  private Path repository;

  @Option(names = "--component", required = true, description = "Id of the component.")
  private String component;

  @Option(
      names = "--channel",
      defaultValue = "stable",
      description = "Channel of both (default: ${DEFAULT-VALUE}).")
  private String channel;

  @Option(names = "--platform", paramLabel = "OS/ARCH", description = "Platform of both.")
  private String platform;

  @Parameters(
      index = "0",
      paramLabel = "FROM",
      description = "Version, or CHANNEL:VERSION for another channel.")
  private String from;

  @Parameters(index = "1", paramLabel = "TO", description = "Version, or CHANNEL:VERSION.")
  private String to;

  @Override
  public Integer call() {
    ReleaseDifference difference =
        ReleaseDifference.between(
            RepositoryDirectory.open(repository), selection(from), selection(to));
    for (ReleaseDifference.Change change : difference.changes()) {
      String line =
          switch (change.kind()) {
            case ADDED -> "+ %s (%d bytes)".formatted(change.path(), change.after());
            case REMOVED -> "- %s (%d bytes)".formatted(change.path(), change.before());
            case CHANGED ->
                "~ %s (%d to %d bytes)".formatted(change.path(), change.before(), change.after());
            case MODE -> "~ %s (permissions)".formatted(change.path());
          };
      spec.commandLine().getOut().println(line);
    }
    return CommandLine.ExitCode.OK;
  }

  private ReleaseSelection selection(String text) {
    int colon = text.indexOf(':');
    String in = colon < 0 ? channel : text.substring(0, colon);
    try {
      ReleaseSelection selection = ReleaseSelection.of(component, text.substring(colon + 1), in);
      return platform == null ? selection : selection.withPlatform(platform);
    } catch (MalformedVersionException malformed) {
      throw new CommandLine.ParameterException(spec.commandLine(), malformed.getMessage());
    }
  }
}
