package dev.lockstep.repository.command;

import dev.lockstep.repository.RepositoryDirectory;
import dev.lockstep.repository.bundle.BundleWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a repository into one file. */
@Command(
    name = "bundle",
    description = "Write metadata and content into one file for devices without a network.",
    mixinStandardHelpOptions = true)
public final class BundleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--repository",
      paramLabel = "DIR",
      defaultValue = "${env:LOCKSTEP_REPOSITORY:-repository}",
      description = "Folder of the repository (default: ${DEFAULT-VALUE}).")
  private Path repository;

  @Option(
      names = "--channel",
      defaultValue = "stable",
      description = "Channel whose content goes in; may be repeated (default: ${DEFAULT-VALUE}).")
  private List<String> channels;

  @Option(
      names = "--component",
      description = "Component whose content goes in; may be repeated (default: all).")
  private List<String> components = List.of();

  @Parameters(paramLabel = "FILE", description = "Where the bundle goes, a zip file.")
  private Path file;

  @Override
  public Integer call() {
    BundleWriter bundle =
        new BundleWriter(
            RepositoryDirectory.open(repository), Set.copyOf(channels), Set.copyOf(components));
    int targets = bundle.writeTo(file);
    spec.commandLine().getOut().println("wrote " + file + " with " + targets + " targets");
    return CommandLine.ExitCode.OK;
  }
}
