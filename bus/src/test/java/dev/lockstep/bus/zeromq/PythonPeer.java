package dev.lockstep.bus.zeromq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A Python process with Debian's pyzmq (libzmq) and classes made from the shipped .proto files. */
final class PythonPeer implements AutoCloseable {
  private static final String PYTHON = "/usr/bin/python3";
  private static final Path SCRIPT = Path.of("src/test/python/peer.py");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final List<String> PROTOS =
      List.of(
          "download",
          "check",
          "error",
          "install",
          "restart",
          "state",
          "policy",
          "release",
          "envelope");

  private final Process process;
  private final Thread reader;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private PythonPeer(Process process) {
    this.process = process;
    reader =
        new Thread(
            () -> {
              try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
                out.lines().forEach(lines::add);
              } catch (IOException e) {
                lines.add("unreadable: " + e);
              }
            },
            "python-peer");
    reader.setDaemon(true);
    reader.start();
  }

  /** Skips the test, with the reason, on a machine without Debian's packages. */
  static void assumePresent() throws Exception {
    boolean zmq = succeeds(PYTHON, "-c", "import zmq, google.protobuf");
    if (!zmq || !succeeds("protoc", "--version")) {
      String reason =
          "python3-zmq, python3-protobuf or protobuf-compiler is not installed; "
              + "the Python peer is not tested";
      System.out.println(reason);
      assumeTrue(false, reason);
    }
  }

  private static boolean succeeds(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException notThere) {
      return false;
    }
  }

  /** Makes the Python classes as a peer's author would, with the distribution's protoc. */
  static Path generateClasses(Path folder) throws Exception {
    Path protos = folder.resolve("proto");
    Path classes = Files.createDirectories(folder.resolve("python"));
    List<String> command =
        new ArrayList<>(List.of("protoc", "-I" + protos, "--python_out=" + classes));
    for (String name : List.of("any", "duration", "timestamp")) {
      copy("google/protobuf/" + name + ".proto", protos);
    }
    for (String name : PROTOS) {
      command.add(copy("lockstep/v1/" + name + ".proto", protos).toString());
    }
    Process protoc = new ProcessBuilder(command).inheritIO().start();
    assertThat(protoc.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(protoc.exitValue()).isZero();
    return classes;
  }

  /** Also Google's own, which not every protoc comes with. */
  private static Path copy(String resource, Path folder) throws IOException {
    Path file = folder.resolve(resource);
    Files.createDirectories(file.getParent());
    try (InputStream in = PythonPeer.class.getClassLoader().getResourceAsStream(resource)) {
      assertThat(in).as(resource).isNotNull();
      Files.copy(in, file);
    }
    return file;
  }

  static PythonPeer start(Path classes, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(PYTHON, SCRIPT.toAbsolutePath().toString()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("PYTHONPATH", classes.toString());
    return new PythonPeer(builder.start());
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  String await(String what, Predicate<String> wanted) {
    awaitLine(what, wanted);
    return lines.stream().filter(wanted).findFirst().orElseThrow();
  }

  private void awaitLine(String what, Predicate<String> wanted) {
    org.awaitility.Awaitility.await(what)
        .atMost(PATIENCE)
        .until(() -> lines.stream().anyMatch(wanted) || !reader.isAlive());
    assertThat(lines).as(what).anyMatch(wanted);
  }

  /** Stops the process (STOP) or lets it go on (CONT). */
  void signal(String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  /** The text of a key in a line of JSON; the values here have no escapes. */
  static String value(String line, String key) {
    java.util.regex.Matcher matcher =
        java.util.regex.Pattern.compile("\"" + key + "\": \"([^\"]*)\"").matcher(line);
    return matcher.find() ? matcher.group(1) : null;
  }

  @Override
  public void close() throws Exception {
    process.getOutputStream().close();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the Python peer does not end");
    }
  }
}
