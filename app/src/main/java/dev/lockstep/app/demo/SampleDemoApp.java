package dev.lockstep.app.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The sample app of {@code examples/sample-app}. */
final class SampleDemoApp implements DemoApp {
  private static final String API = "backend-api";
  private static final Pattern VERSION = Pattern.compile("\"version\":\"([^\"]*)\"");
  private static final Pattern BACKEND = Pattern.compile("\"backend\":\"([^\"]*)\"");
  private static final Pattern MESSAGES = Pattern.compile("\"messages\":(\\d+)");

  private final JavaReleases releases;

  SampleDemoApp(Path library) {
    this.releases = new JavaReleases("dev.lockstep.sample", List.of(library));
  }

  @Override
  public String backend() {
    return "backend";
  }

  @Override
  public String frontend() {
    return "kiosk-ui";
  }

  @Override
  public List<DemoRelease> releases(Act act, Path workshop) throws IOException {
    return switch (act) {
      case INITIAL -> both(workshop, "1.0.0", true, ">=1.0.0 <2.0.0", "The first release.");
      case UPDATE -> both(workshop, "1.1.0", true, ">=1.0.0 <2.0.0", "Keeps its messages.");
      // The frontend of the bad release needs the bad backend: it must stay where it is.
      case BAD -> both(workshop, "1.2.0", false, ">=1.2.0 <2.0.0", "Cannot open its store.");
    };
  }

  private List<DemoRelease> both(
      Path workshop, String version, boolean healthy, String requires, String notes)
      throws IOException {
    Path backendTree =
        releases.write(workshop.resolve("backend-" + version), version, healthy, "SampleBackend");
    Path frontendTree =
        releases.write(workshop.resolve("kiosk-ui-" + version), version, true, "SampleFrontend");
    return List.of(
        new DemoRelease(backend(), version, backendTree, "", Map.of(API, version), Map.of(), notes),
        new DemoRelease(
            frontend(), version, frontendTree, "", Map.of(), Map.of(API, requires), notes));
  }

  @Override
  public String backendSettings(DemoDevice device) {
    return """
        role: backend
        announce: updater
        process:
          command: [bin/run]
          environment: {PORT: "%d", DATA: "${data}"}
          stop_timeout: 5s
        """
            .formatted(device.port())
        + JavaReleases.health(device);
  }

  @Override
  public String frontendSettings(DemoDevice device, URI backend) {
    return """
        role: frontend
        announce: agent
        process:
          command: [bin/run]
          environment: {PORT: "%d", BACKEND: "%s", NAME: "%s"}
          stop_timeout: 5s
        """
            .formatted(device.port(), backend, device.id())
        + JavaReleases.health(device);
  }

  @Override
  public String runningVersion(DemoDevice device, HttpQuestion question) {
    return question
        .get(device, device.backend() ? "/api/version" : "/status")
        .flatMap(answer -> answer.find(VERSION))
        .orElse("");
  }

  @Override
  public boolean talks(DemoDevice frontend, HttpQuestion question) {
    return question
        .get(frontend, "/status")
        .filter(answer -> answer.text().contains("\"drained\":false"))
        .flatMap(answer -> answer.find(BACKEND))
        .filter(version -> !version.isEmpty())
        .isPresent();
  }

  @Override
  public void putData(DemoDevice backend, HttpQuestion question) throws IOException {
    question
        .post(backend, "/api/messages", "demo was here")
        .filter(answer -> answer.status() == 200)
        .orElseThrow(() -> new IOException("cannot store a message: the backend does not answer"));
  }

  @Override
  public long dataSeen(DemoDevice backend, HttpQuestion question) {
    return question
        .get(backend, "/api/version")
        .flatMap(answer -> answer.find(MESSAGES))
        .map(Long::parseLong)
        .orElse(-1L);
  }
}
