package dev.lockstep.atomicupdates.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.memory.InMemoryBroker;
import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.ComponentRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whose word counts for what a component runs that somebody else starts. */
class RunningConsumerTest {
  private final InMemoryBroker broker = InMemoryBroker.deterministic(1);
  private final List<String> log = new ArrayList<>();
  private final FakeDevice device = new FakeDevice("hub", "backend", Map.of(), log);
  private final Bus component = broker.connect("backend-itself");
  private BusEdges edges;

  @BeforeEach
  void connect() {
    edges =
        new BusEdges(
            TestSettings.device("hub", "backend", Role.BACKEND),
            broker.connect("hub"),
            broker.clock(),
            until -> {},
            Runnable::run);
    device.reportTo(edges.reports());
    edges.attach(device, Optional.empty());
    broker.deliver();
  }

  @AfterEach
  void close() {
    edges.close();
    broker.close();
  }

  private void says(String where, String what, String version, boolean leaving) {
    component.publish(
        Topics.COMPONENT_ANNOUNCE,
        ComponentAnnounce.newBuilder()
            .setDevice(where)
            .setComponent(what)
            .setRole(ComponentRole.COMPONENT_ROLE_BACKEND)
            .setVersion(version)
            .setLeaving(leaving)
            .build());
    broker.deliver();
  }

  @Test
  @Tag("R10")
  @Tag("R103")
  void announce_externalComponentItself_reachesTheDevice() {
    says("hub", "backend", "1.1.0", false);
    assertThat(device.running).containsExactly("backend 1.1.0");
  }

  @Test
  @Tag("R103")
  void announce_byAtomicUpdatesInItsName_saysNothingAboutWhatRuns() {
    edges.heartbeat();
    broker.deliver();
    assertThat(device.running).isEmpty();
  }

  @Test
  void announce_otherDeviceOrComponentOrLeaving_isNotTaken() {
    says("kiosk-1", "backend", "1.1.0", false);
    says("hub", "other", "1.1.0", false);
    says("hub", "backend", "1.1.0", true);
    says("hub", "backend", "", false);
    says("hub", "backend", "no version", false);
    assertThat(device.running).isEmpty();
  }
}
