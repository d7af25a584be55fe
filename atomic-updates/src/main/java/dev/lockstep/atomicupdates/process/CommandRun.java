package dev.lockstep.atomicupdates.process;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs a command to its end within a deadline; what it started ends with it. */
public final class CommandRun {
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final int MAX_OUTPUT = 64 * 1024;

  private CommandRun() {}

  /**
   * How a command ended.
   *
   * @param trouble what went wrong, empty where it ended with 0
   * @param lines the first of what it wrote
   */
  public record Result(Optional<String> trouble, List<String> lines) {}

  /** The words to put before a command so that it gets a session of its own. */
  public static List<String> ownSession() {
    Path setsid = Path.of("/usr/bin/setsid");
    return Files.isExecutable(setsid) ? List.of(setsid.toString()) : List.of();
  }

  /**
   * Runs it; its output goes to a file of its own, so that nothing blocks when it writes much.
   *
   * @throws IOException if it cannot be started
   */
  public static Result run(ProcessBuilder command, Duration deadline)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("lockstep-command", ".log");
    try {
      Process process =
          command
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(output.toFile())
              .start();
      Child child = Child.started(process);
      boolean ended = false;
      try {
        ended = process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
      } finally {
        child.stop("the command", ended ? Duration.ZERO : GRACE);
      }
      Optional<String> trouble =
          !ended
              ? Optional.of("did not end within " + deadline.toSeconds() + " s")
              : process.exitValue() == 0
                  ? Optional.empty()
                  : Optional.of("ended with exit " + process.exitValue());
      return new Result(trouble, head(output));
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private static List<String> head(Path output) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(output), StandardCharsets.UTF_8))) {
      char[] text = new char[MAX_OUTPUT];
      int length = Math.max(0, reader.read(text));
      return new String(text, 0, length).lines().toList();
    }
  }
}
