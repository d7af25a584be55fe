package dev.lockstep.repository.command;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.version.MalformedVersionException;
import dev.lockstep.repository.ReleaseSelection;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that name a published release. */
final class Selected {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  // Not the standard options: --version is the release's here.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  private boolean help;

  @Option(names = "--component", required = true, description = "Id of the component.")
  private String component;

  @Option(names = "--version", required = true, description = "The release's version.")
  private String version;

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "One platform of the release (default: all that it has).")
  private String platform;

  ReleaseSelection in(String channel) {
    try {
      ReleaseSelection selection = ReleaseSelection.of(component, version, channel);
      return platform == null ? selection : selection.withPlatform(platform);
    } catch (MalformedVersionException malformed) {
      throw new CommandLine.ParameterException(spec.commandLine(), malformed.getMessage());
    }
  }

  static void print(PrintWriter out, String done, List<ReleaseDescription> releases) {
    for (ReleaseDescription release : releases) {
      out.printf(
          "%s %s %s for %s in %s, %d%% of devices%n",
          done,
          release.component(),
          release.version(),
          release.platform(),
          release.channel(),
          release.rolloutPercent());
    }
  }
}
