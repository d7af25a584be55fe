package dev.lockstep.app.command;

import dev.lockstep.app.demo.Demo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lockstep demo}: the main job with real processes, narrated. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Runs the main job with real processes on this machine, and shows it.")
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--app",
      defaultValue = "sample",
      description = "What is updated: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Demo.Software app;

  @Option(names = "--json", description = "One JSON document a line; the last is the summary.")
  private boolean json;

  @Option(
      names = "--work-dir",
      paramLabel = "DIR",
      description = "An empty folder for everything: state, logs, keys. It is kept.")
  private Path workDir;

  @Option(names = "--keep", description = "Leave everything running, and say how to look at it.")
  private boolean keep;

  @Option(
      names = "--pub-port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "The broker's port for publishers (default: a free one).")
  private int publishPort;

  @Option(
      names = "--sub-port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "The broker's port for subscribers (default: a free one).")
  private int subscribePort;

  @Override
  public Integer call() throws IOException {
    String home = System.getProperty("lockstep.home");
    if (home == null) {
      throw new UsageException("cannot run the demo: start it with bin/lockstep demo");
    }
    for (int port : new int[] {publishPort, subscribePort}) {
      if (port < 0 || port > 65_535) {
        throw new UsageException("a port must be 0 to 65535, not " + port);
      }
    }
    Demo.Options options =
        new Demo.Options(Path.of(home), app, json, workDir, keep, publishPort, subscribePort);
    return new Demo(options).run().code();
  }
}
