package dev.lockstep.bus.zeromq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.bus.core.FrameBus;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.InstallProgress;
import dev.lockstep.protocol.v1.RestartScheduled;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device whose network is gone for many heartbeats: its connections stand and carry nothing, new
 * ones are refused. Nobody helps it.
 */
class OutageTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration HEARTBEAT = Duration.ofMillis(150);

  @TempDir Path folder;
  private TestBroker broker;
  private FreezableProxy publishing;
  private FreezableProxy subscribing;
  private FrameBus hub;
  private FrameBus kiosk;
  private final AtomicInteger connections = new AtomicInteger();
  private final List<Bus.Loss> losses = new CopyOnWriteArrayList<>();
  private final List<Received<RestartScheduled>> notices = new CopyOnWriteArrayList<>();
  private final List<Long> progress = new CopyOnWriteArrayList<>();
  private final List<String> announced = new CopyOnWriteArrayList<>();

  @BeforeEach
  void connect() throws Exception {
    broker = new TestBroker(folder);
    publishing = new FreezableProxy(broker.broker().publishAddress());
    subscribing = new FreezableProxy(broker.broker().subscribeAddress());
    hub = broker.connect("hub", Role.HUB);
    hub.subscribe(
        Topics.COMPONENT_ANNOUNCE, message -> announced.add(message.payload().getVersion()));
    Certificate key = broker.key("kiosk-1", Role.DEVICE);
    kiosk =
        ZeroMqBus.builder(
                "kiosk-1",
                ZeroMqBusSettings.encrypted(
                        publishing.address(),
                        subscribing.address(),
                        broker.settings(key).curve().get())
                    .withTimes(Duration.ofMillis(100), Duration.ofSeconds(1), HEARTBEAT))
            .open();
    kiosk.subscribe(Topics.RESTART_SCHEDULED, notices::add);
    kiosk.subscribe(
        Topics.INSTALL_PROGRESS, message -> progress.add((long) message.payload().getPercent()));
    kiosk.onLoss(losses::add);
    kiosk.onConnected(
        () -> {
          connections.incrementAndGet();
          announce("after connection " + connections.get());
        });
    await().atMost(PATIENCE).until(() -> connections.get() >= 1);
  }

  @AfterEach
  void close() throws Exception {
    kiosk.close();
    hub.close();
    publishing.close();
    subscribing.close();
    broker.close();
    assertThat(broker.failure).hasValue(null);
  }

  private void announce(String version) {
    kiosk.publish(
        Topics.COMPONENT_ANNOUNCE,
        ComponentAnnounce.newBuilder()
            .setDevice("kiosk-1")
            .setComponent("kiosk-ui")
            .setVersion(version)
            .build());
  }

  private void plan(String reason) {
    hub.publish(
        Topics.RESTART_SCHEDULED,
        RestartScheduled.newBuilder().setNoticeId("plan").setReason(reason).build(),
        Map.of(Attributes.KEY, "plan"));
  }

  private void progress(int percent) {
    hub.publish(Topics.INSTALL_PROGRESS, InstallProgress.newBuilder().setPercent(percent).build());
  }

  private boolean knows(String reason) {
    return notices.stream().anyMatch(notice -> notice.payload().getReason().equals(reason));
  }

  @Test
  @Tag("R12")
  @Tag("R16")
  void network_goneForManyHeartbeats_healsByItselfAndNothingStaysStale() {
    plan("in the evening");
    await().atMost(PATIENCE).until(() -> knows("in the evening"));
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              progress(1);
              return !progress.isEmpty();
            });

    int before = connections.get();
    publishing.cut();
    subscribing.cut();
    plan("tomorrow");
    for (int percent = 2; percent <= 6; percent++) {
      progress(percent);
    }
    announce("lost");
    await("it notices, and tries again and again")
        .atMost(PATIENCE)
        .until(() -> publishing.refused() >= 2 && subscribing.refused() >= 2);
    assertThat(knows("tomorrow")).as("it is really cut off").isFalse();

    publishing.heal();
    subscribing.heal();

    await().atMost(PATIENCE).until(() -> connections.get() > before);
    await("what changed meanwhile").atMost(PATIENCE).until(() -> knows("tomorrow"));
    await("the hub hears it")
        .atMost(PATIENCE)
        .until(() -> announced.contains("after connection " + (before + 1)));
    assertThat(announced).as("given up after its time, not sent late").doesNotContain("lost");
    await("the events are known to be lost")
        .atMost(PATIENCE)
        .until(
            () -> {
              progress(7);
              return losses.stream()
                  .anyMatch(loss -> loss.topic().equals(Topics.INSTALL_PROGRESS.name()));
            });
    assertThat(losses.get(0).missing()).isGreaterThanOrEqualTo(5);
    assertThat(progress).doesNotContain(2L, 3L, 4L, 5L, 6L);
  }
}
