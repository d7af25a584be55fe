package dev.lockstep.app.demo;

import dev.lockstep.app.Connections;
import dev.lockstep.app.ExitCode;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.BusException;
import dev.lockstep.config.SettingsLoader;
import dev.lockstep.repository.Publisher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The whole demo: sets the stage, plays the story, tells the verdict, cleans up. */
public final class Demo {
  private static final Pattern URL = Pattern.compile("\"url\":\"([^\"]+)\"");
  private static final int START_SECONDS = 120;
  private final Options options;

  /**
   * How to run it.
   *
   * @param home the source tree
   * @param software what is updated
   * @param json one JSON document a line
   * @param workDir where everything is kept; null for a temporary folder that is removed
   * @param keep leave the processes running
   * @param publishPort the broker's port for publishers, 0 for a free one
   * @param subscribePort the broker's port for subscribers, 0 for a free one
   */
  public record Options(
      Path home,
      Software software,
      boolean json,
      Path workDir,
      boolean keep,
      int publishPort,
      int subscribePort) {}

  /** What the demo updates. */
  public enum Software {
    /** The sample app. */
    SAMPLE,
    /** A chat that takes part by the component kit and goes on where it was. */
    CHAT,
    /** Apache Tomcat and swagger-ui, as published. */
    TOMCAT
  }

  /** A demo that has not started. */
  public Demo(Options options) {
    this.options = options;
  }

  /**
   * Runs it to its end.
   *
   * @return {@link ExitCode#OK} only if everything was seen to be true
   */
  public ExitCode run() throws IOException {
    boolean temporary = options.workDir() == null && !options.keep();
    Path folder =
        options.workDir() == null
            ? Files.createTempDirectory("lockstep-demo")
            : emptyFolder(options.workDir());
    boolean terminal = System.console() != null && !options.json();
    DemoProcesses processes = new DemoProcesses(options.home());
    Thread stopOnSignal = new Thread(processes::close);
    Runtime.getRuntime().addShutdownHook(stopOnSignal);
    try (Narrator narrator = new Narrator(System.out, options.json(), terminal);
        processes) {
      DemoWorkspace workspace =
          new DemoWorkspace(folder, options.publishPort(), options.subscribePort());
      DemoApp app = app();
      Verdict verdict = new Verdict(app, workspace, narrator);
      play(app, workspace, processes, narrator, verdict);
      if (options.keep()) {
        keep(workspace, processes, narrator);
      }
      if (temporary && !verdict.ok()) {
        narrator.tell("logs and state are left in " + folder);
      }
      verdict.summarize();
      processes.close();
      if (temporary && verdict.ok()) {
        remove(folder);
      }
      return verdict.ok() ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  private void play(
      DemoApp app,
      DemoWorkspace workspace,
      DemoProcesses processes,
      Narrator narrator,
      Verdict verdict)
      throws IOException {
    try {
      start(app, workspace, processes, narrator);
      try (Bus bus =
          Connections.open("demo", SettingsLoader.loadBus(workspace.operatorSettings()))) {
        new DemoStory(app, workspace, processes, bus, narrator, verdict).play();
      }
    } catch (TimeoutException | IllegalStateException | BusException broken) {
      verdict.broken(broken.getMessage());
    }
  }

  private void start(
      DemoApp app, DemoWorkspace workspace, DemoProcesses processes, Narrator narrator)
      throws IOException, TimeoutException {
    narrator.chapter("The stage: separate processes, folders and keys in " + workspace.root());
    workspace.writeKeys(app);
    Publisher publisher = workspace.makeRepository();
    narrator.tell("publisher: made a repository and signed its root, each role with its own key");
    DemoProcesses.Started server =
        processes.start(
            "repository",
            workspace.root().resolve("repository.log"),
            "lockstep-repo",
            "serve",
            "--repository",
            publisher.directory().folder().toString(),
            "--port",
            Integer.toString(workspace.repositoryPort()));
    URI url = urlOf(server);
    narrator.tell("repository: serves at " + url);
    workspace.writeSettings(app, url, publisher.directory().rootFile());
    for (DemoDevice device : workspace.devices()) {
      processes.start(
          device.id(),
          device.log(),
          "lockstep",
          device.backend() ? "daemon" : "agent",
          "--config",
          device.settings().toString());
    }
    narrator.tell("started hub, kiosk-1 and kiosk-2; the bus is encrypted and knows its keys");
  }

  private static URI urlOf(DemoProcesses.Started server) throws IOException, TimeoutException {
    Instant giveUp = Instant.now().plusSeconds(START_SECONDS);
    while (Instant.now().isBefore(giveUp) && server.process().isAlive()) {
      Matcher url = URL.matcher(Files.readString(server.log()));
      if (url.find()) {
        return URI.create(url.group(1));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("stopped", stopped);
      }
    }
    throw new TimeoutException(
        "the repository server did not start; see " + Files.readString(server.log()));
  }

  private static void keep(DemoWorkspace workspace, DemoProcesses processes, Narrator narrator)
      throws IOException {
    Path stop = workspace.root().resolve("stop");
    processes.keep(workspace.root().resolve("processes.json"), stop);
    String config = " --config " + workspace.operatorSettings();
    narrator.chapter("Everything is left running");
    narrator.tell("look at it:   bin/lockstep status" + config);
    narrator.tell("watch it:     bin/lockstep watch" + config);
    narrator.tell("logs:         " + workspace.hub().log() + " and the like");
    narrator.tell("end it:       " + stop);
  }

  private DemoApp app() throws IOException {
    Path library =
        options.home().resolve("examples/sample-app/target/lockstep-sample-app-0.1.0.jar");
    return switch (options.software()) {
      case SAMPLE -> new SampleDemoApp(library);
      case CHAT -> new ChatDemoApp(options.home());
      case TOMCAT -> new TomcatDemoApp(library, options.home());
    };
  }

  private static Path emptyFolder(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> content = Files.list(folder)) {
      if (content.findAny().isPresent()) {
        throw new IllegalArgumentException(
            "cannot use " + folder + ": it is not empty; name a new folder");
      }
    }
    return folder.toAbsolutePath().normalize();
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> content = Files.walk(folder)) {
      content
          .sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException undeletable) {
                  throw new UncheckedIOException(undeletable);
                }
              });
    }
  }
}
