package dev.lockstep.app.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/** The processes of the demo, each started by the launcher that a user would use. */
final class DemoProcesses implements AutoCloseable {
  private static final long STOP_SECONDS = 15;
  private final Path home;
  private final Deque<Started> started = new ArrayDeque<>();

  DemoProcesses(Path home) {
    this.home = home;
  }

  /**
   * A process of the demo.
   *
   * @param name for people
   * @param process the process
   * @param log its standard output and error
   * @param command how it was started
   */
  record Started(String name, Process process, Path log, List<String> command) {
    /** Whether a line of the log contains the text. */
    boolean said(String text) throws IOException {
      return Files.exists(log) && Files.readString(log).contains(text);
    }
  }

  /** Starts {@code bin/<launcher>} with arguments; its output goes to the log. */
  Started start(String name, Path log, String launcher, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin").resolve(launcher).toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("LOCKSTEP_NO_BUILD", "1");
    Started one = new Started(name, builder.start(), log, command);
    started.push(one);
    return one;
  }

  /** Names of processes that have ended, with their exit codes. */
  List<String> dead() {
    return started.stream()
        .filter(one -> !one.process().isAlive())
        .map(one -> one.name() + " (exit " + one.process().exitValue() + ", see " + one.log() + ")")
        .toList();
  }

  /**
   * Leaves everything running, and writes down what it is.
   *
   * @param list a JSON list of name, pid, log and command of each process
   * @param script a script that stops them all
   */
  void keep(Path list, Path script) throws IOException {
    List<Map<String, Object>> processes = new ArrayList<>();
    StringBuilder pids = new StringBuilder();
    for (Started one : started) {
      processes.add(
          Map.of(
              "name", one.name(),
              "pid", one.process().pid(),
              "log", one.log().toString(),
              "command", one.command()));
      pids.append(' ').append(one.process().pid());
    }
    Files.writeString(list, JsonMapper.shared().writeValueAsString(processes) + "\n");
    Files.writeString(script, "#!/bin/sh\nkill" + pids + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    started.clear();
  }

  /** Stops everything, the last started first; a process that does not end is killed. */
  @Override
  public void close() {
    started.forEach(one -> one.process().destroy());
    while (!started.isEmpty()) {
      Process process = started.pop().process();
      try {
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
        }
      } catch (InterruptedException stopped) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
