package dev.lockstep.repository.command;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.repository.RepositoryDirectory;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Lists all releases. */
@Command(
    name = "list",
    description = "List all releases of a repository.",
    mixinStandardHelpOptions = true)
public final class ListCommand implements Callable<Integer> {
  @Mixin private Places places;
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print what was signed about each, as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    List<ReleaseDescription> releases = RepositoryDirectory.open(places.repository()).releases();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      List<Map<String, Object>> all = releases.stream().map(ReleaseJson::toMap).toList();
      out.println(JsonMapper.shared().writeValueAsString(Map.of("releases", all)));
      return CommandLine.ExitCode.OK;
    }
    for (ReleaseDescription release : releases) {
      out.println(line(release));
    }
    return CommandLine.ExitCode.OK;
  }

  private static String line(ReleaseDescription release) {
    List<String> marks = new ArrayList<>();
    if (release.critical()) {
      marks.add("critical");
    }
    if (release.required()) {
      marks.add("required");
    }
    if (release.checkpoint()) {
      marks.add("checkpoint");
    }
    if (release.rolloutPercent() < 100) {
      marks.add(release.rolloutPercent() + "% of devices");
    }
    release.inStore().ifPresent(store -> marks.add("in the store: " + store.link()));
    return "%-20s %-16s %-7s %-14s %12d  %s"
        .formatted(
            release.component(),
            release.version(),
            release.channel(),
            release.platform(),
            release.artifacts().isEmpty() ? 0 : release.artifacts().get(0).size(),
            String.join(", ", marks))
        .stripTrailing();
  }
}
