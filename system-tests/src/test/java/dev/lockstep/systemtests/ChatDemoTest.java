package dev.lockstep.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Components that take part by the component kit: what they knew in memory outlives a restart. */
class ChatDemoTest {
  @TempDir Path folder;

  /**
   * "The backend has its data" is: all that was said before is still there, in order, word by word.
   */
  @Test
  @Tag("R109")
  @Tag("R106")
  @Tag("R92")
  void demo_chatInMemory_goesOnAfterAnUpdateAndAfterARevert() {
    Run demo =
        Run.of(
            Duration.ofMinutes(5),
            "lockstep",
            List.of("demo", "--app", "chat", "--json", "--work-dir", folder + "/work"));
    assertThat(demo.exitCode()).as(demo.err() + demo.out()).isZero();
    List<String> seen =
        demo.json().stream()
            .filter(event -> event.get("event").stringValue().equals("check"))
            .filter(event -> event.get("ok").booleanValue())
            .map(event -> event.get("what").stringValue())
            .toList();
    assertThat(seen)
        .contains(
            "hub runs chat 1.1.0",
            "kiosk-2 runs chat-window 1.1.0",
            "the backend was stopped for the bad release and came back",
            "kiosk-1 talks to the backend again");
    assertThat(seen.stream().filter("the backend has its data"::equals)).hasSize(2);
    JsonNode summary = demo.json().get(demo.json().size() - 1);
    assertThat(summary.get("failed")).isEmpty();
  }
}
