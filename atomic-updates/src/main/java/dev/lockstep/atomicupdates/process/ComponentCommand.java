package dev.lockstep.atomicupdates.process;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command that an install runs for a component: its migration, what stands around the copy of its
 * data, or what copies them. Nothing that it starts outlives it, whatever session it gave itself;
 * nor does what an earlier Lockstep process left of one when it was killed.
 */
public final class ComponentCommand {
  private static final String VARIABLE = "LOCKSTEP_COMMAND_OF";
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final int LAST_LINES = 5;
  private static final int MOST_LETTERS = 200;

  private final CommandLine commands;
  private final List<String> command;

  /** One command of a component, not yet run. */
  public ComponentCommand(CommandLine commands, List<String> command) {
    this.commands = commands;
    this.command = List.copyOf(command);
  }

  /**
   * Runs it to its end.
   *
   * @param environment added to a minimal one; placeholders are replaced
   * @param facts variables that nothing else may set
   * @param version the release that the command is told to be of
   * @throws IOException if it cannot be started
   */
  public CommandRun.Result run(
      Map<String, String> environment,
      Map<String, String> facts,
      ReleaseVersion version,
      Duration deadline)
      throws IOException, InterruptedException {
    stopLeftovers(commands);
    ProcessBuilder builder =
        commands.prepare(CommandRun.ownSession(), command, environment, version);
    builder.environment().putAll(facts);
    builder.environment().put(VARIABLE, commands.home().toString());
    return CommandRun.run(builder, deadline, () -> stopLeftovers(commands));
  }

  /** A program of the system that works on a component's files, ready to run. */
  public static ProcessBuilder tool(Path home, List<String> words) {
    ProcessBuilder builder = new ProcessBuilder(words);
    String path = builder.environment().get("PATH");
    builder.environment().clear();
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("PATH", path == null ? "/usr/bin:/bin" : path);
    builder.environment().put(VARIABLE, home.toAbsolutePath().toString());
    return builder;
  }

  /** Ends what lives of any such command of a component. */
  public static void stopLeftovers(CommandLine commands) {
    for (long pid : ProcessTable.withVariable(VARIABLE + "=" + commands.home())) {
      ProcessTable.birth(pid)
          .flatMap(birth -> Child.adopted(new ProcessTable.Identity(pid, birth)))
          .ifPresent(left -> left.stop("a command of " + commands.home().getFileName(), GRACE));
    }
  }

  /** What went wrong, with the command's last words; empty where nothing did. */
  public Optional<String> trouble(CommandRun.Result result) {
    List<String> lines = result.lines();
    String last =
        String.join(" | ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    return result
        .trouble()
        .map(trouble -> this + " " + trouble + (last.isEmpty() ? "" : ": " + last));
  }

  /** The command as a person reads it, cut where it is long. */
  @Override
  public String toString() {
    String words = String.join(" ", command);
    return words.length() > MOST_LETTERS ? words.substring(0, MOST_LETTERS) + "…" : words;
  }
}
