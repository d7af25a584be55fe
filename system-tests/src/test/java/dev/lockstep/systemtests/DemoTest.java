package dev.lockstep.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The main job, from the outside: one run of the demo, with a peer in Python on the bus. */
class DemoTest {
  @TempDir static Path folder;
  private static Run demo;
  private static List<JsonNode> events;
  private static PythonPeer peer;

  @BeforeAll
  static void runDemo() throws IOException {
    Path work = folder.resolve("work");
    List<Integer> ports = PythonPeer.freePorts(2);
    peer = PythonPeer.start(folder, work.resolve("keys"), ports.get(0), ports.get(1));
    demo =
        Run.of(
            Duration.ofMinutes(4),
            "lockstep",
            List.of(
                "demo",
                "--json",
                "--work-dir",
                work.toString(),
                "--pub-port",
                ports.get(0).toString(),
                "--sub-port",
                ports.get(1).toString()));
    events = demo.json();
    peer.stop();
  }

  @AfterAll
  static void stopPeer() {
    peer.stop();
  }

  @Test
  @Tag("R164")
  @Tag("R87")
  @Tag("R92")
  @Tag("R104")
  @Tag("R106")
  @Tag("R107")
  void demo_allActs_areSeenToBeTrue() {
    assertThat(demo.exitCode()).as(demo.err() + demo.out()).isZero();
    JsonNode summary = events.get(events.size() - 1);
    assertThat(summary.get("event").stringValue()).isEqualTo("summary");
    assertThat(summary.get("ok").booleanValue()).isTrue();
    assertThat(summary.get("failed")).isEmpty();
    assertThat(summary.get("checks").intValue()).isGreaterThanOrEqualTo(20);
  }

  @Test
  @Tag("R11")
  @Tag("R106")
  void demo_checks_nameOrderNoticesAndUntouchedFrontends() {
    List<String> seen =
        events.stream()
            .filter(event -> event.get("event").stringValue().equals("check"))
            .filter(event -> event.get("ok").booleanValue())
            .map(event -> event.get("what").stringValue())
            .toList();
    assertThat(seen)
        .contains(
            "the backend ran 1.1.0 before kiosk-1 went away",
            "the backend ran 1.1.0 before kiosk-2 went away",
            "the restart on hub was announced before it happened",
            "the restart on kiosk-1 was announced before it happened",
            "kiosk-1 was not touched",
            "kiosk-2 was not touched",
            "the backend has its data");
  }

  @Test
  @Tag("R148")
  void demo_keys_areForTheirOwnerOnly() throws IOException {
    Path keys = folder.resolve("work/keys");
    assertThat(keys.resolve("hub.key")).exists();
    for (String name : List.of("broker", "hub", "kiosk-1", "kiosk-2", "operator", "observer")) {
      assertThat(Files.getPosixFilePermissions(keys.resolve(name + ".key_secret")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  @Test
  @Tag("R13")
  @Tag("R170")
  void pythonPeer_plainPrefixSubscription_seesAllTenTopics() {
    Assumptions.assumeTrue(peer.missing().isEmpty(), peer.missing());
    Set<String> expected = new TreeSet<>();
    Topics.all().subList(0, 10).forEach(topic -> expected.add(topic.name()));
    assertThat(peer.topics()).as(peer.output()).containsAll(expected);
  }

  @Test
  @Tag("R2")
  @Tag("R3")
  @Tag("R170")
  void pythonPeer_checkRequest_isAnsweredOnce() {
    Assumptions.assumeTrue(peer.missing().isEmpty(), peer.missing());
    assertThat(peer.answers()).as(peer.output()).isEqualTo(1);
  }
}
