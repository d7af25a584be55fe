package dev.lockstep.frontendagent.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.memory.InMemoryBroker;
import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.frontendagent.AgentSettings;
import dev.lockstep.frontendagent.domain.Announcement;
import dev.lockstep.frontendagent.domain.Installed;
import dev.lockstep.frontendagent.domain.Place;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How often an agent, and a component that speaks for itself, say what has not changed. */
class AnnouncePaceTest {
  private final InMemoryBroker broker = InMemoryBroker.deterministic(1);

  @AfterEach
  void close() {
    broker.close();
  }

  /** What ten minutes of heartbeats every 10 s announce among many participants. */
  private List<ComponentAnnounce> tenMinutes(boolean agent) {
    List<ComponentAnnounce> heard = new ArrayList<>();
    Bus hub = broker.connect("hub");
    hub.subscribe(Topics.COMPONENT_ANNOUNCE, message -> heard.add(message.payload()));
    broker.pace(Duration.ofSeconds(60));
    AgentSettings settings =
        new AgentSettings(
            "kiosk-1",
            "linux/amd64",
            Duration.ofSeconds(10),
            Duration.ofHours(1),
            agent,
            Map.of("kiosk-ui", Role.FRONTEND),
            Map.of(),
            "");
    Announcement unchanged =
        new Announcement(
            new Place("kiosk-1", "kiosk-ui"),
            Role.FRONTEND,
            new Installed(Optional.empty(), Optional.empty(), List.of(), Optional.empty()),
            true,
            "",
            false);
    try (BusEdges edges = new BusEdges(settings, broker.connect("kiosk-1"), broker.clock())) {
      for (int beat = 0; beat < 60; beat++) {
        edges.heartbeat(unchanged);
        broker.advance(Duration.ofSeconds(10));
      }
    }
    return heard;
  }

  @Test
  void heartbeat_ofAnAgentAmongMany_isSoonOnceAMinute() {
    assertThat(tenMinutes(true))
        .hasSize(20)
        .last()
        .matches(one -> one.getHeartbeatSeconds() == 180);
  }

  @Test
  void heartbeat_ofOneThatSpeaksForItself_keepsItsOwnTime() {
    assertThat(tenMinutes(false)).hasSize(60).allMatch(one -> one.getHeartbeatSeconds() == 30);
  }
}
