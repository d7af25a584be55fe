package dev.lockstep.bus.zeromq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.bus.Received;
import dev.lockstep.bus.core.FrameBus;
import dev.lockstep.protocol.Envelopes;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.InstallRequest;
import dev.lockstep.protocol.v1.StateRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An authorized peer that claims to be somebody else. */
@Tag("R151")
class ForgeryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  @TempDir Path folder;
  private TestBroker broker;
  private FrameBus hub;
  private final List<Received<StateRequest>> allowed = new CopyOnWriteArrayList<>();
  private final List<Received<InstallRequest>> forbidden = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() {
    broker = new TestBroker(folder);
    hub = broker.connect("hub", Role.HUB);
    hub.subscribe(Topics.STATE_REQUEST, allowed::add);
    hub.subscribe(Topics.INSTALL_REQUEST, forbidden::add);
    hub.publish(Topics.STATE_REQUEST, StateRequest.getDefaultInstance());
    await().atMost(PATIENCE).until(() -> allowed.size() == 1);
  }

  @AfterEach
  void stop() {
    hub.close();
    broker.close();
  }

  private static byte[] state(String source) {
    return Envelopes.wrap(
            Topics.STATE_REQUEST,
            StateRequest.getDefaultInstance(),
            UUID.randomUUID().toString(),
            Instant.now(),
            source,
            Map.of())
        .toByteArray();
  }

  private static byte[] install() {
    return Envelopes.wrap(
            Topics.INSTALL_REQUEST,
            InstallRequest.getDefaultInstance(),
            UUID.randomUUID().toString(),
            Instant.now(),
            "hub",
            Map.of())
        .toByteArray();
  }

  private ForgingPublisher connect(Certificate key, Map<String, String> metadata)
      throws IOException {
    return new ForgingPublisher(broker.broker().publishAddress(), key, broker.own, metadata);
  }

  @Test
  void observer_honest_mayAskForStateButNotInstall() throws Exception {
    Certificate key = broker.key("observer", Role.OBSERVER);
    try (ForgingPublisher peer = connect(key, Map.of("Socket-Type", "PUB"))) {
      peer.publish(Topics.INSTALL_REQUEST.name(), install());
      peer.publish(Topics.STATE_REQUEST.name(), state("hub"));
      peer.publish(Topics.STATE_REQUEST.name(), state("observer"));
      await().atMost(PATIENCE).until(() -> allowed.size() == 2);
    }
    assertThat(forbidden).isEmpty();
    assertThat(allowed.get(1).source()).isEqualTo("observer");
    assertThat(broker.broker().statistics().foreign()).as("posing as the hub").isEqualTo(1);
    assertThat(broker.broker().statistics().withoutRight()).isEqualTo(1);
  }

  @Test
  void observer_thatForgesItsUserId_isNobody() throws Exception {
    Certificate key = broker.key("observer", Role.OBSERVER);
    String hubKey = Certificate.read(broker.authorized.resolve("hub.key")).publicKey();
    for (String claimed : new String[] {hubKey, "hub", "", key.publicKey()}) {
      long before = broker.broker().statistics().withoutRight();
      try (ForgingPublisher peer = connect(key, Map.of("Socket-Type", "PUB", "User-Id", claimed))) {
        peer.publish(Topics.INSTALL_REQUEST.name(), install());
        peer.publish(Topics.STATE_REQUEST.name(), state("observer"));
        await()
            .atMost(PATIENCE)
            .until(() -> broker.broker().statistics().withoutRight() >= before + 2);
      }
    }
    assertThat(forbidden).isEmpty();
    assertThat(allowed).as("whoever lies about itself may do nothing at all").hasSize(1);
  }

  @Test
  void stranger_isNotLetIn() {
    Certificate stranger = Certificate.generate("stranger", Role.HUB);
    assertThatThrownBy(() -> connect(stranger, Map.of("Socket-Type", "PUB")))
        .isInstanceOf(IOException.class);
  }
}
