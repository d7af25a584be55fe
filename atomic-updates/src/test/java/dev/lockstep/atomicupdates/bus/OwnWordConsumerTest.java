package dev.lockstep.atomicupdates.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.DeviceUpdates;
import dev.lockstep.atomicupdates.port.OwnWord;
import dev.lockstep.bus.Received;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.ComponentSettings.Announce;
import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.config.Settings;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whose announcement is a component's own word for its health. */
@Tag("R92")
class OwnWordConsumerTest {
  private static final Instant NOW = Instant.parse("2026-11-21T17:00:00Z");
  private final List<OwnWord> words = new ArrayList<>();

  private OwnWordConsumer consumer(Announce announce) {
    Settings settings = TestSettings.device("hub", "chat", Role.BACKEND);
    ComponentSettings chat = settings.components().get("chat");
    ComponentSettings spoken =
        new ComponentSettings(
            chat.id(),
            chat.role(),
            announce,
            chat.process(),
            chat.health(),
            chat.backupPaths(),
            chat.migrate(),
            chat.migrateDeadline(),
            chat.versionFile());
    return new OwnWordConsumer(
        new Settings(
            settings.device(),
            settings.bus(),
            settings.source(),
            settings.update(),
            settings.deployment(),
            settings.notice(),
            settings.lanCache(),
            Map.of("chat", spoken)),
        device());
  }

  /** Takes words, and nothing else. */
  private DeviceUpdates device() {
    return (DeviceUpdates)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DeviceUpdates.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("said");
              assertThat(arguments[0]).isEqualTo("chat");
              words.add((OwnWord) arguments[1]);
              return null;
            });
  }

  private static ComponentAnnounce.Builder announcement() {
    return ComponentAnnounce.newBuilder()
        .setDevice("hub")
        .setComponent("chat")
        .setVersion("1.2.0")
        .setRunning(false)
        .setProblem("its store\nis locked")
        .setStartId("start-2")
        .setHeartbeatSeconds(15);
  }

  private void hear(
      OwnWordConsumer consumer, ComponentAnnounce.Builder message, Map<String, String> attributes) {
    consumer.accept(
        new Received<>(
            Topics.COMPONENT_ANNOUNCE, message.build(), "m1", "hub/chat", NOW, attributes));
  }

  @Test
  void announce_byItself_isItsWord() {
    hear(consumer(Announce.COMPONENT), announcement(), Map.of());

    assertThat(words)
        .containsExactly(
            new OwnWord(
                "m1",
                ReleaseVersion.parse("1.2.0"),
                false,
                "its store is locked",
                "start-2",
                NOW,
                Duration.ofSeconds(15)));
  }

  @Test
  void announce_keptByTheBrokerOrInItsName_isNone() {
    OwnWordConsumer consumer = consumer(Announce.COMPONENT);
    hear(consumer, announcement(), Map.of(Attributes.RETAINED, "true"));
    hear(consumer, announcement(), RunningConsumer.ON_BEHALF);
    hear(consumer, announcement().setDevice("kiosk-1"), Map.of());
    hear(consumer, announcement().setComponent("other"), Map.of());

    assertThat(words).isEmpty();
  }

  @Test
  void announce_ofAComponentThatDoesNotSpeakForItself_isNone() {
    hear(consumer(Announce.UPDATER), announcement(), Map.of());
    hear(consumer(Announce.AGENT), announcement(), Map.of());

    assertThat(words).isEmpty();
  }

  @Test
  void announce_leaving_isNotHealthy() {
    hear(consumer(Announce.COMPONENT), announcement().setRunning(true).setLeaving(true), Map.of());

    assertThat(words).singleElement().matches(word -> !word.healthy());
  }
}
