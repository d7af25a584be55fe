package dev.lockstep.app.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The chat of {@code examples/chat}: its conversation is in memory only, so that it goes on over an
 * update only if what the components drained with is handed back.
 */
final class ChatDemoApp implements DemoApp {
  private static final String API = "chat-api";
  private static final Pattern VERSION = Pattern.compile("\"version\":\"([^\"]*)\"");
  private static final Pattern SERVER = Pattern.compile("\"backend\":\"([^\"]*)\"");

  private final JavaReleases releases;
  private String conversation = "";

  /** Uses the built example below the source tree. */
  ChatDemoApp(Path home) throws IOException {
    Path target = home.resolve("examples/chat/target");
    try (Stream<Path> libraries = Files.list(target.resolve("lib"))) {
      this.releases =
          new JavaReleases(
              "dev.lockstep.chat",
              Stream.concat(Stream.of(target.resolve("lockstep-chat-0.1.0.jar")), libraries)
                  .sorted()
                  .toList());
    }
  }

  @Override
  public String backend() {
    return "chat";
  }

  @Override
  public String frontend() {
    return "chat-window";
  }

  @Override
  public List<DemoRelease> releases(Act act, Path workshop) throws IOException {
    return switch (act) {
      case INITIAL -> both(workshop, "1.0.0", true, ">=1.0.0 <2.0.0", "The first release.");
      case UPDATE -> both(workshop, "1.1.0", true, ">=1.0.0 <2.0.0", "Remembers what was said.");
      case BAD -> both(workshop, "1.2.0", false, ">=1.2.0 <2.0.0", "Cannot open its store.");
    };
  }

  private List<DemoRelease> both(
      Path workshop, String version, boolean healthy, String requires, String notes)
      throws IOException {
    Path server = releases.write(workshop.resolve("chat"), version, healthy, "ChatServer");
    Path window = releases.write(workshop.resolve("chat-window"), version, true, "ChatWindow");
    return List.of(
        new DemoRelease(backend(), version, server, "", Map.of(API, version), Map.of(), notes),
        new DemoRelease(frontend(), version, window, "", Map.of(), Map.of(API, requires), notes));
  }

  @Override
  public String backendSettings(DemoDevice device) {
    return """
        role: backend
        announce: component
        process:
          command: [bin/run]
          environment:
            PORT: "%d"
        %s
          stop_timeout: 5s
        """
            .formatted(device.port(), participation(device))
        + """
        health:
          probe: bus
          interval: 100ms
          successes: 1
          start_deadline: 60s
          deadline: 5s
          window: 1s
        """;
  }

  @Override
  public String frontendSettings(DemoDevice device, URI server) {
    return """
        role: frontend
        announce: component
        process:
          command: [bin/run]
          environment:
            PORT: "%d"
            SERVER: "%s"
            NAME: "%s"
        %s
          stop_timeout: 5s
        """
            .formatted(device.port(), server, device.id(), participation(device))
        + JavaReleases.health(device);
  }

  /** What the component kit reads from the environment. */
  private static String participation(DemoDevice device) {
    return """
        LOCKSTEP_COMPONENT: "%s"
        LOCKSTEP_DEVICE: "%s"
        LOCKSTEP_FOLDER: "${root}"
        LOCKSTEP_PUBLISH_ADDRESS: "%s"
        LOCKSTEP_SUBSCRIBE_ADDRESS: "%s"
        LOCKSTEP_KEY_FILE: "%s"
        LOCKSTEP_BROKER_KEY_FILE: "%s"
        """
        .formatted(
            device.backend() ? "chat" : "chat-window",
            device.id(),
            device.bus().publishAddress(),
            device.bus().subscribeAddress(),
            device.bus().componentKey(),
            device.bus().brokerKey())
        .indent(4)
        .stripTrailing();
  }

  @Override
  public String runningVersion(DemoDevice device, HttpQuestion question) {
    return question
        .get(device, device.backend() ? "/api/version" : "/status")
        .flatMap(answer -> answer.find(VERSION))
        .orElse("");
  }

  @Override
  public boolean talks(DemoDevice window, HttpQuestion question) {
    return question
        .get(window, "/status")
        .filter(answer -> answer.text().contains("\"drained\":false"))
        .flatMap(answer -> answer.find(SERVER))
        .filter(version -> !version.isEmpty())
        .isPresent();
  }

  /** Says something, and remembers the whole conversation up to that. */
  @Override
  public void putData(DemoDevice server, HttpQuestion question) throws IOException {
    question
        .post(server, "/api/chat", "the demo was here")
        .filter(answer -> answer.status() == 200)
        .orElseThrow(() -> new IOException("cannot say anything: the chat does not answer"));
    conversation = spoken(server, question);
  }

  /** The lines of the conversation, or nothing where it does not go on from what was said. */
  @Override
  public long dataSeen(DemoDevice server, HttpQuestion question) {
    String now = spoken(server, question);
    return now.startsWith(conversation) ? now.lines().count() : -1;
  }

  private static String spoken(DemoDevice server, HttpQuestion question) {
    return question.get(server, "/api/chat").map(HttpQuestion.Answer::text).orElse("");
  }
}
