package dev.lockstep.atomicupdates.process;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a command to its end within a deadline; what it started ends with it. */
public final class CommandRun {
  private static final Logger LOG = LoggerFactory.getLogger(CommandRun.class);
  private static final Duration GRACE = Duration.ofSeconds(2);

  private CommandRun() {}

  /**
   * How a command ended.
   *
   * @param trouble what went wrong, empty where it ended with 0
   * @param lines what it wrote; of more than 64 KiB the beginning and the end
   */
  public record Result(Optional<String> trouble, List<String> lines) {}

  /** The words to put before a command so that it gets a session of its own. */
  public static List<String> ownSession() {
    Path setsid = Path.of("/usr/bin/setsid");
    return Files.isExecutable(setsid) ? List.of(setsid.toString()) : List.of();
  }

  /**
   * Runs it; its output is read all the time and a bounded part of it is kept, so that nothing
   * blocks when it writes much, and no file is left if this process is killed meanwhile.
   *
   * @throws IOException if it cannot be started
   */
  public static Result run(ProcessBuilder command, Duration deadline)
      throws IOException, InterruptedException {
    return run(command, deadline, () -> {});
  }

  /**
   * The same.
   *
   * @param endStrays ends what the command started and is not in its session any more, before its
   *     output is waited for
   * @throws IOException if it cannot be started
   */
  static Result run(ProcessBuilder command, Duration deadline, Runnable endStrays)
      throws IOException, InterruptedException {
    return await(
        command.redirectErrorStream(true).redirectInput(new File("/dev/null")).start(),
        deadline,
        endStrays);
  }

  /**
   * The same with a short text on its standard input.
   *
   * @throws IOException if it cannot be started
   */
  static Result run(ProcessBuilder command, String input, Duration deadline)
      throws IOException, InterruptedException {
    Process process = command.redirectErrorStream(true).start();
    try (OutputStream standardInput = process.getOutputStream()) {
      standardInput.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException notRead) {
      // It ended before it read all of that; its exit code says why.
      LOG.debug("the command did not read its input", notRead);
    }
    return await(process, deadline, () -> {});
  }

  private static Result await(Process process, Duration deadline, Runnable endStrays)
      throws IOException, InterruptedException {
    KeptOutput output = new KeptOutput(process.getInputStream());
    Thread reader = new Thread(output, "command-output");
    reader.setDaemon(true);
    reader.start();
    Child child = Child.started(process);
    boolean ended = false;
    try {
      ended = process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      child.stop("the command", ended ? Duration.ZERO : GRACE);
      endStrays.run();
    }
    Optional<String> trouble =
        !ended
            ? Optional.of("did not end within " + deadline.toSeconds() + " s")
            : process.exitValue() == 0
                ? Optional.empty()
                : Optional.of("ended with exit " + process.exitValue());
    // A process that left the session may keep the output open; nobody waits for that one.
    reader.join(GRACE.toMillis());
    return new Result(trouble, output.lines());
  }
}
