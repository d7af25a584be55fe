package dev.lockstep.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The main job with software that nobody here wrote, as its makers published it. */
class TomcatDemoTest {
  @TempDir Path folder;

  @Test
  @Tag("R164")
  @Tag("R92")
  @Tag("R106")
  void demo_tomcatAndSwaggerUi_areUpdatedAndABadTomcatIsReverted() {
    Run demo =
        Run.of(
            Duration.ofMinutes(8),
            "lockstep",
            List.of("demo", "--app", "tomcat", "--json", "--work-dir", folder + "/work"));
    assertThat(demo.exitCode()).as(demo.err() + demo.out()).isZero();
    List<JsonNode> events = demo.json();
    JsonNode summary = events.get(events.size() - 1);
    assertThat(summary.get("ok").booleanValue()).isTrue();
    List<String> seen =
        events.stream()
            .filter(event -> event.get("event").stringValue().equals("check"))
            .map(event -> event.get("what").stringValue())
            .toList();
    assertThat(seen)
        .contains(
            "hub runs tomcat 10.1.30",
            "hub runs tomcat 10.1.31",
            "kiosk-1 runs swagger-ui 5.18.2",
            "the backend was stopped for the bad release and came back",
            "kiosk-2 was not touched");
    // The published archive came over the network once to the hub: 13,651,200 bytes.
    JsonNode first = summary.get("rows").get(0);
    assertThat(first.get("bytes_fetched").longValue()).isGreaterThan(13_000_000);
  }
}
