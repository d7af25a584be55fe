package dev.lockstep.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process of its own that answers each line with a line, so that what it costs can be told from
 * what this process costs. Its standard error is this one's. For one thread.
 */
public final class Peer implements AutoCloseable {
  /** System property with further options for every JVM that is started, between blanks. */
  public static final String OPTIONS = "lockstep.bench.jvm_options";

  private static final long PATIENCE_SECONDS = 600;
  private static final long STOP_SECONDS = 10;

  private final String name;
  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter questions;

  private Peer(String name, Process process) {
    this.name = name;
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.questions = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** Starts a program. */
  public static Peer start(String name, List<String> command) throws IOException {
    return new Peer(
        name, new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Starts a main class of this class path in another JVM of the same JDK. */
  public static Peer java(Class<?> main, List<String> options, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(javaCommand(options));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return start(main.getSimpleName(), command);
  }

  /** This JDK with this class path, as Lockstep's own launcher starts it. */
  public static List<String> javaCommand(List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.add("-Xlog:disable");
    command.add("-Dfile.encoding=UTF-8");
    command.add("-DLOCKSTEP_LOG_LEVEL=WARN");
    command.addAll(options);
    command.addAll(List.of(System.getProperty(OPTIONS, "").split(" ", 0)));
    command.removeIf(String::isEmpty);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    return command;
  }

  /** The process. */
  public long pid() {
    return process.pid();
  }

  /**
   * Sends a line and waits for the answer.
   *
   * @throws IOException if the process ends instead, or takes too long
   */
  public String ask(String line) throws IOException {
    questions.write(line);
    questions.newLine();
    questions.flush();
    return read();
  }

  /** Waits for that line; a profiler may print others before it. */
  public void await(String line) throws IOException {
    while (!read().equals(line)) {
      continue;
    }
  }

  /** Waits for a line. */
  public String read() throws IOException {
    FutureTask<String> reading = new FutureTask<>(answers::readLine);
    Thread reader = new Thread(reading, "answer of " + name);
    reader.setDaemon(true);
    reader.start();
    try {
      String answer = reading.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (answer == null) {
        throw new IOException(name + " ended; its standard error says why");
      }
      return answer;
    } catch (TimeoutException e) {
      process.destroyForcibly();
      throw new IOException(name + " took too long", e);
    } catch (ExecutionException e) {
      throw new IOException(name + " cannot be read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
