package dev.lockstep.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs the programs of {@code examples/python} with Debian's pyzmq and message classes that protoc
 * made of the shipped .proto files.
 *
 * @param generated folder of those classes
 * @param missing what this machine lacks; empty where nothing
 */
record PythonExamples(Path generated, String missing) {
  private static final String PYTHON = "/usr/bin/python3";

  /** Generates the message classes in a folder of their own below {@code folder}. */
  static PythonExamples in(Path folder) throws IOException {
    Path generated = Files.createDirectories(folder.resolve("generated"));
    if (!runs(List.of(PYTHON, "-c", "import zmq, google.protobuf"))) {
      return new PythonExamples(generated, "needs python3-zmq and python3-protobuf");
    }
    Path protos = Run.HOME.resolve("protocol/src/main/proto");
    List<String> protoc = new ArrayList<>(List.of("protoc", "-I", protos.toString()));
    protoc.add("--python_out=" + generated);
    try (var files = Files.list(protos.resolve("lockstep/v1"))) {
      files.forEach(file -> protoc.add(file.toString()));
    }
    return new PythonExamples(
        generated, runs(protoc) ? "" : "needs protobuf-compiler and libprotobuf-dev");
  }

  /** A program of the examples with its arguments, not started yet. */
  ProcessBuilder command(String program, String... arguments) {
    Path examples = Run.HOME.resolve("examples/python");
    List<String> command = new ArrayList<>();
    command.add(PYTHON);
    command.add(examples.resolve(program).toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("PYTHONPATH", generated + ":" + examples);
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    return builder;
  }

  private static boolean runs(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException notThere) {
      return false;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
