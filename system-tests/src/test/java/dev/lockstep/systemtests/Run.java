package dev.lockstep.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A command that was run to its end.
 *
 * @param exitCode its exit code
 * @param out standard output
 * @param err standard error
 */
record Run(int exitCode, String out, String err) {
  /** The source tree. */
  static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  private static final JsonMapper MAPPER = JsonMapper.shared();

  /** Runs {@code bin/<launcher>} with arguments; a run over the deadline is killed and fails. */
  static Run of(Duration deadline, String launcher, List<String> arguments) {
    return of(deadline, builder(launcher, arguments));
  }

  /** The same of a command that was prepared. */
  static Run of(Duration deadline, ProcessBuilder builder) {
    try {
      Path out = Files.createTempFile("run", ".out");
      Path err = Files.createTempFile("run", ".err");
      try {
        Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly().waitFor();
        }
        Run run = new Run(process.exitValue(), read(out), read(err));
        if (!ended) {
          throw new AssertionError(builder.command() + " took too long: " + run);
        }
        return run;
      } finally {
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
      }
    } catch (IOException unusable) {
      throw new UncheckedIOException(unusable);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  /** How a launcher is started in tests: on this JDK, never building. */
  static ProcessBuilder builder(String launcher, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(HOME.resolve("bin").resolve(launcher).toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LOCKSTEP_NO_BUILD", "1");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    // Processes of tests are over before the optimizing compiler has paid for itself.
    builder.environment().put("LOCKSTEP_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1");
    return builder;
  }

  /** Each line of standard output as JSON. */
  List<JsonNode> json() {
    return out.lines().map(line -> (JsonNode) MAPPER.readTree(line)).toList();
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }
}
