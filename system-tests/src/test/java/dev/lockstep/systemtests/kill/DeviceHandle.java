package dev.lockstep.systemtests.kill;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link DeviceProcess} as the test holds it: orders in, answers out, SIGKILL. */
final class DeviceHandle implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final Writer orders;

  /** Starts one; its temporary files and its log go to the work folder. */
  DeviceHandle(Path work, List<String> options) throws IOException {
    Files.createDirectories(work.resolve("tmp"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.add("-Djava.io.tmpdir=" + work.resolve("tmp"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(DeviceProcess.class.getName());
    process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(work.resolve("device.log").toFile()))
            .start();
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    orders = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** Gives an order and waits for its answer; an end without one is a failure. */
  String[] order(Object... words) {
    try {
      List<String> line = new ArrayList<>();
      for (Object word : words) {
        line.add(word.toString());
      }
      orders.write(String.join(" ", line) + "\n");
      orders.flush();
      String answer = answers.readLine();
      if (answer == null) {
        throw new IllegalStateException("the device's process ended by itself: " + line);
      }
      return answer.split(" ");
    } catch (IOException broken) {
      throw new UncheckedIOException("the device's process ended by itself", broken);
    }
  }

  /** SIGKILL; returns when the process is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      throw new IllegalStateException("a process lives 10 s after SIGKILL");
    }
  }

  /** Ends it as a program ends. */
  void end() throws IOException, InterruptedException {
    orders.close();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the device's process does not end");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
