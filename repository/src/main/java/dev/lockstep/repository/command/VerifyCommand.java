package dev.lockstep.repository.command;

import dev.lockstep.repository.RepositoryDirectory;
import dev.lockstep.repository.check.Finding;
import dev.lockstep.repository.check.RepositoryCheck;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** Checks a repository as a client would; for people and for monitoring. */
@Command(
    name = "verify",
    description = {
      "Check everything that a client would check, and what the publisher should see to.",
      "Exit code: 0 all is well, 1 readers refuse something, 4 warnings only."
    },
    mixinStandardHelpOptions = true)
public final class VerifyCommand implements Callable<Integer> {
  private static final int WARNINGS = 4;

  @Spec private CommandSpec spec;

  @Option(
      names = "--repository",
      paramLabel = "DIR",
      defaultValue = "${env:LOCKSTEP_REPOSITORY:-repository}",
      description = "Folder of the repository (default: ${DEFAULT-VALUE}).")
  private Path repository;

  @Option(
      names = "--within",
      paramLabel = "TIME",
      defaultValue = "30d",
      description = "Warn of what expires within this time (default: ${DEFAULT-VALUE}).")
  private String within;

  @Option(
      names = "--ignore",
      paramLabel = "WARNING",
      description =
          "Leave a warning out: expires-soon, unused-file, weak-threshold, no-spare-key; may be"
              + " repeated.")
  private List<String> ignored = List.of();

  @Option(names = "--skip-content", description = "Do not read the content of the targets.")
  private boolean skipContent;

  @Option(names = "--json", description = "Print the findings as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    RepositoryCheck check =
        new RepositoryCheck(
            RepositoryDirectory.open(repository),
            Clock.systemUTC(),
            Names.duration(spec, within),
            !skipContent);
    List<Finding> findings =
        check.run().stream()
            .filter(finding -> finding.failure() || !ignored.contains(finding.name()))
            .toList();
    print(findings);
    if (findings.stream().anyMatch(Finding::failure)) {
      return CommandLine.ExitCode.SOFTWARE;
    }
    return findings.isEmpty() ? CommandLine.ExitCode.OK : WARNINGS;
  }

  private void print(List<Finding> findings) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ArrayNode all = JsonMapper.shared().createArrayNode();
      findings.forEach(
          one ->
              all.addObject()
                  .put("failure", one.failure())
                  .put("name", one.name())
                  .put("message", one.message()));
      out.println(JsonMapper.shared().createObjectNode().set("findings", all));
      return;
    }
    findings.forEach(
        one ->
            out.println(
                (one.failure() ? "failed  " : "warning ") + one.name() + ": " + one.message()));
    if (findings.isEmpty()) {
      out.println("all is well");
    }
  }
}
