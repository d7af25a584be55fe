package dev.lockstep.bench.poll;

import dev.lockstep.bench.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The reference implementation, python-tuf, in a virtual environment of its own. */
final class Reference {
  private final Path python;
  private final Path script;

  private Reference(Path python, Path script) {
    this.python = python;
    this.script = script;
  }

  /**
   * Finds it, or installs it from the package index.
   *
   * @param environment folder of the virtual environment, made where it is missing
   * @param why hears the reason if it cannot be had
   */
  static Optional<Reference> prepare(
      Path environment, Path work, java.util.function.Consumer<String> why) throws IOException {
    Path python = environment.resolve("bin").resolve("python");
    try {
      if (!Files.isExecutable(python)) {
        Tool.millis(List.of("python3", "-m", "venv", environment.toString()));
      }
      List<String> check = List.of(python.toString(), "-c", "import tuf.ngclient, cryptography");
      try {
        Tool.millis(check);
      } catch (IOException missing) {
        // With its own cryptography it would verify in pure Python, which nobody would run.
        Tool.millis(
            List.of(
                environment.resolve("bin").resolve("pip").toString(),
                "install",
                "--quiet",
                "tuf",
                "securesystemslib[crypto]"));
        Tool.millis(check);
      }
    } catch (IOException unavailable) {
      why.accept("the reference implementation is not here: " + unavailable.getMessage().strip());
      return Optional.empty();
    }
    Path script = work.resolve("tuf_poll.py");
    try (InputStream source =
        Reference.class.getResourceAsStream("/dev/lockstep/bench/tuf_poll.py")) {
      Files.copy(source, script);
    }
    return Optional.of(new Reference(python, script));
  }

  /** How its side of a comparison is started. */
  List<String> command(List<String> arguments) {
    List<String> command = new java.util.ArrayList<>();
    command.add(python.toString());
    command.add(script.toString());
    command.addAll(arguments);
    return command;
  }
}
