package dev.lockstep.bus.zeromq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Message;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.bus.core.FrameBus;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.DeviceInstruction;
import dev.lockstep.protocol.v1.DrainResponse;
import dev.lockstep.protocol.v1.LogLine;
import dev.lockstep.protocol.v1.RestartScheduled;
import dev.lockstep.protocol.v1.StateRequest;
import dev.lockstep.protocol.v1.UpdateAvailable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** Who may read what, what newcomers get first, and what happens when a key is taken away. */
class ReadersTest extends ReadersFixture {
  @Test
  @Tag("R151")
  void observerAndComponent_subscribedToEverything_getNoLogsTokensOrForeignNotices() {
    FrameBus hub = connect("hub", Role.HUB);
    FrameBus observer = connect("observer", Role.OBSERVER);
    FrameBus component =
        connect("ui", Certificate.generate("ui", Role.COMPONENT).forDevice("kiosk-1"));
    FrameBus device = connect("kiosk-1", Role.DEVICE);
    List<List<? extends Message>> forbidden =
        List.of(
            listen(observer, Topics.LOG_LINE),
            listen(component, Topics.LOG_LINE),
            listen(observer, Topics.DRAIN_RESPONSE),
            listen(component, Topics.DRAIN_RESPONSE),
            listen(observer, Topics.DEVICE_INSTRUCTION));
    List<LogLine> lines = listen(device, Topics.LOG_LINE);
    List<DeviceInstruction> instructions = listen(device, Topics.DEVICE_INSTRUCTION);
    List<RestartScheduled> observed = listen(observer, Topics.RESTART_SCHEDULED);
    List<RestartScheduled> own = listen(component, Topics.RESTART_SCHEDULED);
    List<RestartScheduled> neighbours = listen(device, Topics.RESTART_SCHEDULED);
    List.of(hub, observer, component, device).forEach(ReadersFixture::awaitConnected);

    for (String about : List.of("kiosk-1", "kiosk-2", "hub", "")) {
      hub.publish(Topics.LOG_LINE, LogLine.newBuilder().setDevice(about).build());
      hub.publish(Topics.DRAIN_RESPONSE, DrainResponse.newBuilder().setDevice(about).build());
      hub.publish(
          Topics.DEVICE_INSTRUCTION, DeviceInstruction.newBuilder().setDevice(about).build());
      hub.publish(Topics.RESTART_SCHEDULED, RestartScheduled.newBuilder().setDevice(about).build());
    }
    awaitTurn(hub, observer, component, device);

    assertThat(forbidden).allSatisfy(heard -> assertThat(heard).isEmpty());
    assertThat(lines).extracting(LogLine::getDevice).containsExactly("kiosk-1");
    assertThat(instructions).extracting(DeviceInstruction::getDevice).containsExactly("kiosk-1");
    assertThat(observed).extracting(RestartScheduled::getDevice).containsExactly("hub", "");
    assertThat(own).extracting(RestartScheduled::getDevice).containsExactly("kiosk-1", "hub", "");
    assertThat(neighbours)
        .extracting(RestartScheduled::getDevice)
        .containsExactly("kiosk-1", "hub", "");
    assertThat(broker.broker().statistics().refusedSubscriptions()).isEqualTo(5);
  }

  @Test
  @Tag("R151")
  void plainSubscriptionOfAnObserver_toThePrefix_getsOnlyWhatItMayRead() {
    FrameBus hub = connect("hub", Role.HUB);
    ZMQ.Context context = ZMQ.context(1);
    ZMQ.Socket raw = broker.rawSocket(context, SocketType.SUB, broker.key("raw", Role.OBSERVER));
    try {
      raw.subscribe("");
      raw.setReceiveTimeOut(200);
      List<String> heard = new ArrayList<>();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                hub.publish(Topics.LOG_LINE, LogLine.getDefaultInstance());
                hub.publish(Topics.STATE_REQUEST, StateRequest.getDefaultInstance());
                byte[] topic = raw.recv();
                while (topic != null) {
                  heard.add(new String(topic, StandardCharsets.UTF_8));
                  raw.recv();
                  topic = raw.recv();
                }
                return heard.size() > 3;
              });
      assertThat(heard).containsOnly(Topics.STATE_REQUEST.name());
    } finally {
      raw.close();
      context.term();
    }
  }

  @Test
  @Tag("R12")
  void newSubscriber_ofAState_getsTheLastValuePerKeyBeforeLiveMessages() {
    FrameBus hub = connect("hub", Role.HUB);
    FrameBus kiosk = connect("kiosk-1", Role.DEVICE);
    awaitConnected(hub);
    awaitConnected(kiosk);
    List<RestartScheduled> seen = listen(hub, Topics.RESTART_SCHEDULED);
    for (String id : List.of("a", "b", "a")) {
      hub.publish(
          Topics.RESTART_SCHEDULED,
          RestartScheduled.newBuilder().setNoticeId(id).setReason("by the hub " + id).build(),
          Map.of(Attributes.KEY, id));
    }
    kiosk.publish(
        Topics.RESTART_SCHEDULED,
        RestartScheduled.newBuilder().setDevice("kiosk-1").setNoticeId("a").build(),
        Map.of(Attributes.KEY, "a"));
    await().atMost(PATIENCE).until(() -> seen.size() == 4);

    FrameBus late = connect("late", Role.OPERATOR);
    List<Bus.Loss> losses = new CopyOnWriteArrayList<>();
    late.onLoss(losses::add);
    List<Received<RestartScheduled>> heard = new CopyOnWriteArrayList<>();
    late.subscribe(Topics.RESTART_SCHEDULED, heard::add);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              hub.publish(
                  Topics.RESTART_SCHEDULED,
                  RestartScheduled.newBuilder().setNoticeId("live").build(),
                  Map.of(Attributes.KEY, "live"));
              return heard.stream().anyMatch(m -> !m.attributes().containsKey("retained"));
            });

    List<Received<RestartScheduled>> retained =
        heard.stream().filter(m -> m.attributes().containsKey(Attributes.RETAINED)).toList();
    assertThat(retained.stream().filter(m -> !m.payload().getNoticeId().equals("live")))
        .as("the last of each publisher's keys")
        .extracting(m -> m.payload().getNoticeId(), Received::source)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("a", "hub"),
            org.assertj.core.groups.Tuple.tuple("b", "hub"),
            org.assertj.core.groups.Tuple.tuple("a", "kiosk-1"));
    assertThat(heard.subList(0, retained.size())).as("first").containsExactlyElementsOf(retained);
    assertThat(losses).as("what came before is no loss").isEmpty();
  }

  @Test
  @Tag("R12")
  void plainLateSubscriber_thatKnowsNothingOfLastValues_getsThemToo() {
    FrameBus hub = connect("hub", Role.HUB);
    List<UpdateAvailable> seen = listen(hub, Topics.AVAILABLE);
    awaitConnected(hub);
    hub.publish(Topics.AVAILABLE, UpdateAvailable.getDefaultInstance(), Map.of("key", "offer"));
    await().atMost(PATIENCE).until(() -> seen.size() == 1);
    ZMQ.Context context = ZMQ.context(1);
    ZMQ.Socket raw = broker.rawSocket(context, SocketType.SUB, broker.key("raw", Role.OBSERVER));
    try {
      raw.subscribe("update/");
      raw.setReceiveTimeOut(100);
      List<String> heard = new ArrayList<>();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                byte[] topic = raw.recv();
                if (topic != null) {
                  heard.add(new String(topic, StandardCharsets.UTF_8));
                  assertThat(raw.recv()).isNotEmpty();
                }
                return !heard.isEmpty();
              });
      assertThat(heard).containsExactly(Topics.AVAILABLE.name());
    } finally {
      raw.close();
      context.term();
    }
  }

  @Test
  @Tag("R151")
  void key_takenAway_isCutOffAtOnceWithItsSubscriptions() throws Exception {
    FrameBus hub = connect("hub", Role.HUB);
    Certificate key = Certificate.generate("kiosk-1", Role.DEVICE);
    FrameBus kiosk = connect("kiosk-1", key);
    List<UpdateAvailable> heard = listen(kiosk, Topics.AVAILABLE);
    awaitConnected(hub);
    awaitConnected(kiosk);
    hub.publish(Topics.AVAILABLE, UpdateAvailable.newBuilder().setNotify(true).build());
    await().atMost(PATIENCE).until(() -> heard.size() == 1);
    CountDownLatch again = new CountDownLatch(2);
    kiosk.onConnected(again::countDown);

    Files.delete(broker.authorized.resolve("kiosk-1.key"));
    long start = System.nanoTime();
    await()
        .pollInterval(Duration.ofMillis(10))
        .atMost(PATIENCE)
        .until(() -> broker.broker().statistics().turnedAway() >= 2);
    Duration taken = Duration.ofNanos(System.nanoTime() - start);
    hub.publish(Topics.AVAILABLE, UpdateAvailable.getDefaultInstance());
    awaitTurn(hub, hub);

    assertThat(heard).as("nothing reaches it any more").hasSize(1);
    assertThat(taken)
        .as("its connections are closed, it does not wait for the next look")
        .isLessThan(Duration.ofSeconds(4));
    key.publicOnly().write(broker.authorized, "kiosk-1");
    await().atMost(PATIENCE).until(() -> again.getCount() == 0);
    hub.publish(Topics.AVAILABLE, UpdateAvailable.getDefaultInstance());
    await().atMost(PATIENCE).until(() -> heard.size() >= 2);
  }

  @ParameterizedTest(name = "has sent something: {0}")
  @ValueSource(booleans = {true, false})
  @Tag("R151")
  void publishingConnection_ofAKeyTakenAway_isClosed(boolean talks) throws Exception {
    Certificate key = broker.key("kiosk-1", Role.DEVICE);
    try (ForgingPublisher peer =
        new ForgingPublisher(
            broker.broker().publishAddress(), key, broker.own, Map.of("Socket-Type", "PUB"))) {
      if (talks) {
        peer.publish(Topics.STATE_REQUEST.name(), new byte[0]);
      }
      assertThat(peer.isDisconnectedWithin(300)).isFalse();
      Files.delete(broker.authorized.resolve("kiosk-1.key"));
      assertThat(peer.isDisconnectedWithin(10_000)).isTrue();
    }
  }

  @Test
  @Tag("R151")
  void readingConnection_ofAKeyTakenAway_isClosed() throws Exception {
    FrameBus hub = connect("hub", Role.HUB);
    ZMQ.Context context = ZMQ.context(1);
    ZMQ.Socket raw = broker.rawSocket(context, SocketType.SUB, broker.key("raw", Role.DEVICE));
    try {
      raw.subscribe("update/");
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                hub.publish(Topics.STATE_REQUEST, StateRequest.getDefaultInstance());
                return raw.recv(ZMQ.DONTWAIT) != null;
              });
      long before = broker.broker().statistics().turnedAway();
      Files.delete(broker.authorized.resolve("raw.key"));
      await("it has lost its connection and may not make a new one")
          .atMost(PATIENCE)
          .until(() -> broker.broker().statistics().turnedAway() > before);
    } finally {
      raw.close();
      context.term();
    }
  }

  @Test
  void value_ofAKeyTakenAway_isNoLongerGiven() throws Exception {
    FrameBus hub = connect("hub", Role.HUB);
    FrameBus kiosk = connect("kiosk-1", Role.DEVICE);
    List<ComponentAnnounce> seen = listen(hub, Topics.COMPONENT_ANNOUNCE);
    awaitConnected(hub);
    awaitConnected(kiosk);
    kiosk.publish(
        Topics.COMPONENT_ANNOUNCE, ComponentAnnounce.newBuilder().setDevice("kiosk-1").build());
    hub.publish(Topics.COMPONENT_ANNOUNCE, ComponentAnnounce.newBuilder().setDevice("hub").build());
    await().atMost(PATIENCE).until(() -> seen.size() == 2);
    long before = broker.broker().statistics().turnedAway();
    Files.delete(broker.authorized.resolve("kiosk-1.key"));
    await().atMost(PATIENCE).until(() -> broker.broker().statistics().turnedAway() > before);

    FrameBus late = connect("late", Role.OPERATOR);
    List<ComponentAnnounce> heard = listen(late, Topics.COMPONENT_ANNOUNCE);
    awaitConnected(late);
    awaitTurn(hub, late);

    assertThat(heard).extracting(ComponentAnnounce::getDevice).containsExactly("hub");
  }

  @Test
  void pace_moreParticipants_areToldToRepeatThemselvesFartherApart() {
    try (TestBroker crowded =
            new TestBroker(folder.resolve("crowded"), settings -> settings.withMany(1));
        FrameBus first = crowded.connect("first", Role.OPERATOR)) {
      await().atMost(PATIENCE).until(() -> first.pace().equals(Duration.ofSeconds(10)));
      try (FrameBus second = crowded.connect("second", Role.DEVICE)) {
        await().atMost(PATIENCE).until(() -> second.pace().equals(Duration.ofSeconds(20)));
        await().atMost(PATIENCE).until(() -> first.pace().equals(Duration.ofSeconds(20)));
      }
      await().atMost(PATIENCE).until(() -> first.pace().equals(Duration.ofSeconds(10)));
      crowded.stop();
      await().atMost(PATIENCE).until(() -> first.pace().isZero());
    }
    assertThat(connect("alone", Role.OPERATOR).pace()).isZero();
  }
}
