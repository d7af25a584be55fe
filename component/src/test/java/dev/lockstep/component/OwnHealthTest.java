package dev.lockstep.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.bus.memory.InMemoryBroker;
import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.ComponentState;
import dev.lockstep.protocol.v1.StateReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a component says of its own health. */
@Tag("R92")
class OwnHealthTest {
  @TempDir Path folder;
  private final InMemoryBroker broker = InMemoryBroker.threaded();
  private final Bus hub = broker.connect("hub", dev.lockstep.protocol.Role.HUB);
  private final List<Received<ComponentAnnounce>> announced = new CopyOnWriteArrayList<>();

  @BeforeEach
  void listen() throws IOException {
    hub.subscribe(Topics.COMPONENT_ANNOUNCE, announced::add);
    Files.createDirectories(folder.resolve("current"));
    Files.writeString(folder.resolve("current/VERSION"), "1.2.0\n");
  }

  @AfterEach
  void close() {
    hub.close();
    broker.close();
  }

  private Participation.Builder chat() {
    return Participation.of("chat")
        .device("hub")
        .role(Role.BACKEND)
        .folder(folder)
        .heartbeat(Duration.ofMillis(100));
  }

  private Participation join(Participation.Builder builder) {
    return builder.join(broker.connect("chat", dev.lockstep.protocol.Role.COMPONENT));
  }

  @Test
  void healthy_false_isAnnouncedAsNotRunning() {
    AtomicBoolean healthy = new AtomicBoolean(true);
    try (Participation chat = join(chat().healthy(healthy::get))) {
      await().until(() -> !announced.isEmpty() && announced.get(0).payload().getRunning());
      healthy.set(false);
      await().until(() -> !announced.get(announced.size() - 1).payload().getRunning());
    }
  }

  @Test
  void trouble_orACheckThatFails_isAnnouncedInWordsOfThatStart() {
    AtomicBoolean fails = new AtomicBoolean();
    try (Participation chat =
        join(
            chat()
                .startId("start-2")
                .trouble(
                    () -> {
                      if (fails.get()) {
                        throw new IllegalStateException("no store");
                      }
                      return Optional.of("its store is locked");
                    }))) {
      await().until(() -> !announced.isEmpty());
      ComponentAnnounce first = announced.get(0).payload();
      assertThat(first.getRunning()).isFalse();
      assertThat(first.getProblem()).isEqualTo("its store is locked");
      assertThat(first.getStartId()).isEqualTo("start-2");

      hub.publish(
          Topics.STATE_REPORT,
          StateReport.newBuilder()
              .setDevice("hub")
              .setService("atomic-updates")
              .addComponents(
                  ComponentState.newBuilder()
                      .setDevice("hub")
                      .setComponent("chat")
                      .setProblem("says that it is not healthy"))
              .build());
      int before = announced.size();
      await().until(() -> announced.size() > before + 1);
      assertThat(announced.get(before + 1).payload().getProblem())
          .as("its own word, not what others say of it")
          .isEqualTo("its store is locked");

      fails.set(true);
      await()
          .until(
              () ->
                  announced
                      .get(announced.size() - 1)
                      .payload()
                      .getProblem()
                      .startsWith("its own check failed: "));
    }
  }
}
