package dev.lockstep.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.bus.core.FrameBus;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Envelopes;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.CheckRequest;
import dev.lockstep.protocol.v1.CheckResponse;
import dev.lockstep.protocol.v1.DownloadProgress;
import dev.lockstep.protocol.v1.Envelope;
import dev.lockstep.protocol.v1.InstallRequest;
import dev.lockstep.protocol.v1.LogLine;
import dev.lockstep.protocol.v1.RestartRequired;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What every bus promises; run against the network and against its twin in memory. */
public abstract class BusContractTest extends RequestContract {
  @Test
  void publish_withSubscriber_arrivesWithEverythingInOrder() {
    FrameBus subscriber = connectedBus("listener", Role.OPERATOR);
    FrameBus publisher = connectedBus("hub", Role.HUB);
    List<Received<LogLine>> received = new CopyOnWriteArrayList<>();
    subscriber.subscribe(Topics.LOG_LINE, received::add);
    warmUp(publisher, subscriber);

    List<String> ids = new ArrayList<>();
    for (int number = 1; number <= 100; number++) {
      ids.add(publisher.publish(Topics.LOG_LINE, line(number), Map.of("key", "k")));
    }

    await().atMost(PATIENCE).until(() -> received.size() == 100);
    assertThat(received).extracting(Received::messageId).containsExactlyElementsOf(ids);
    assertThat(received.get(41).payload()).isEqualTo(line(42));
    assertThat(received.get(41).source()).isEqualTo("hub");
    assertThat(received.get(41).attributes()).containsEntry("key", "k").containsEntry("seq", "42");
    assertThat(received.get(41).correlationId()).isEqualTo(received.get(41).messageId());
    assertThat(received.get(41).sentAt()).isBetween(Instant.EPOCH, Instant.now().plusSeconds(60));
  }

  @Test
  void subscribe_toOneTopic_getsNoOther() {
    FrameBus subscriber = connectedBus("listener", Role.OPERATOR);
    FrameBus publisher = connectedBus("hub", Role.HUB);
    List<Object> received = new CopyOnWriteArrayList<>();
    subscriber.subscribe(Topics.DOWNLOAD_PROGRESS, received::add);
    warmUp(publisher, subscriber);

    publisher.publish(Topics.LOG_LINE, line(1));
    publisher.publish(Topics.DOWNLOAD_PROGRESS, DownloadProgress.getDefaultInstance());

    await().atMost(PATIENCE).until(() -> !received.isEmpty());
    assertThat(received).hasSize(1);
  }

  @Test
  @Tag("R13")
  void subscribe_toAllTopics_getsAllTopics() {
    FrameBus listener = connectedBus("listener", Role.HUB);
    FrameBus hub = connectedBus("hub", Role.HUB);
    Set<String> seen = ConcurrentHashMap.newKeySet();
    Topics.all().forEach(topic -> watch(listener, topic, seen));
    warmUp(hub, listener);
    seen.clear();

    Topics.all().stream()
        .filter(topic -> topic.publishers().contains(Role.HUB))
        .forEach(topic -> publishEmpty(hub, topic));

    await().atMost(PATIENCE).until(() -> seen.size() == Topics.all().size());
  }

  private static <M extends com.google.protobuf.Message> void watch(
      FrameBus bus, Topic<M> topic, Set<String> seen) {
    bus.subscribe(topic, message -> seen.add(message.topic().name()));
  }

  private static <M extends com.google.protobuf.Message> void publishEmpty(
      FrameBus bus, Topic<M> topic) {
    try {
      bus.publish(topic, topic.parser().parseFrom(new byte[0]));
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @Tag("R15")
  void rubbish_onATopic_isCountedAndDroppedAndTheSubscriberLives() {
    FrameBus listener = connectedBus("listener", Role.OPERATOR);
    FrameBus hub = connectedBus("hub", Role.HUB);
    List<Received<LogLine>> received = new CopyOnWriteArrayList<>();
    listener.subscribe(Topics.LOG_LINE, received::add);
    warmUp(hub, listener);
    byte[] topic = Topics.LOG_LINE.name().getBytes(StandardCharsets.UTF_8);
    byte[] otherType =
        Envelopes.wrap(
                Topics.CHECK_REQUEST,
                CheckRequest.getDefaultInstance(),
                "id",
                Instant.now(),
                "x",
                Map.of())
            .toByteArray();

    sendRaw(topic, new byte[] {1, 2, 3, (byte) 0xff});
    sendRaw(topic, new byte[0]);
    sendRaw(topic, Envelope.getDefaultInstance().toByteArray());
    sendRaw(topic, otherType);
    await().atMost(PATIENCE).until(() -> listener.statistics().malformed() == 4);
    hub.publish(Topics.LOG_LINE, line(1));

    await().atMost(PATIENCE).until(() -> received.size() == 1);
  }

  @Test
  void handler_thatThrows_doesNotStopTheOthers() {
    FrameBus listener = connectedBus("listener", Role.OPERATOR);
    FrameBus hub = connectedBus("hub", Role.HUB);
    List<Received<LogLine>> received = new CopyOnWriteArrayList<>();
    listener.subscribe(
        Topics.LOG_LINE,
        message -> {
          throw new IllegalStateException("deliberate");
        });
    listener.subscribe(Topics.LOG_LINE, received::add);
    warmUp(hub, listener);

    hub.publish(Topics.LOG_LINE, line(1));
    hub.publish(Topics.LOG_LINE, line(2));

    await().atMost(PATIENCE).until(() -> received.size() == 2);
    assertThat(listener.statistics().failedHandlers()).isEqualTo(2);
  }

  @Test
  void gap_inAPublishersNumbers_isReported() {
    FrameBus listener = connectedBus("listener", Role.OPERATOR);
    FrameBus hub = connectedBus("hub", Role.HUB);
    List<Bus.Loss> losses = new CopyOnWriteArrayList<>();
    AtomicInteger received = new AtomicInteger();
    listener.onLoss(losses::add);
    listener.subscribe(Topics.LOG_LINE, message -> received.incrementAndGet());
    warmUp(hub, listener);
    byte[] topic = Topics.LOG_LINE.name().getBytes(StandardCharsets.UTF_8);

    for (int number : new int[] {1, 2, 6}) {
      sendRaw(
          topic,
          Envelopes.wrap(
                  Topics.LOG_LINE,
                  line(number),
                  UUID.randomUUID().toString(),
                  Instant.now(),
                  "other",
                  Map.of(Attributes.SEQUENCE, Integer.toString(number)))
              .toByteArray());
    }

    await().atMost(PATIENCE).until(() -> received.get() == 3);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(losses)
                    .containsExactly(new Bus.Loss("other", Topics.LOG_LINE.name(), 3)));
  }

  @Test
  @Tag("R16")
  void broker_restarted_subscriberGetsMessagesAgainByItself() {
    FrameBus listener = connectedBus("listener", Role.OPERATOR);
    FrameBus hub = connectedBus("hub", Role.HUB);
    AtomicInteger connections = new AtomicInteger();
    listener.onConnected(connections::incrementAndGet);
    List<Received<LogLine>> received = new CopyOnWriteArrayList<>();
    listener.subscribe(Topics.LOG_LINE, received::add);
    warmUp(hub, listener);
    await().atMost(PATIENCE).until(() -> connections.get() >= 1);
    int before = connections.get();

    stopBroker();
    startBroker();
    await().atMost(PATIENCE).until(() -> connections.get() > before);
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              hub.publish(Topics.LOG_LINE, line(1));
              return !received.isEmpty();
            });
  }

  @Test
  @Tag("R151")
  void publish_withoutTheRight_reachesNobody() {
    FrameBus observer = connectedBus("hub", Role.OBSERVER); // Whatever it calls itself.
    FrameBus operator = connectedBus("operator", Role.OPERATOR);
    FrameBus hub = connectedBus("real-hub", Role.HUB);
    List<Received<InstallRequest>> received = new CopyOnWriteArrayList<>();
    hub.subscribe(Topics.INSTALL_REQUEST, received::add);
    warmUp(observer, hub);
    warmUp(operator, hub);

    observer.publish(
        Topics.INSTALL_REQUEST, InstallRequest.newBuilder().setJobId("stranger").build());
    warmUp(observer, hub); // What was sent before has been worked off by now.
    operator.publish(
        Topics.INSTALL_REQUEST, InstallRequest.newBuilder().setJobId("allowed").build());

    await().atMost(PATIENCE).until(() -> !received.isEmpty());
    assertThat(received)
        .extracting(message -> message.payload().getJobId())
        .containsExactly("allowed");
  }

  @Test
  @Tag("R12")
  void lateSubscriber_ofAState_getsTheLastValuePerKeyMarkedAsSuch() {
    FrameBus hub = connectedBus("hub", Role.HUB);
    FrameBus early = connectedBus("early", Role.OPERATOR);
    List<Received<RestartRequired>> seen = new CopyOnWriteArrayList<>();
    early.subscribe(Topics.RESTART_REQUIRED, seen::add);
    warmUp(hub, early);
    for (String reason : List.of("a1", "b1", "a2")) {
      hub.publish(
          Topics.RESTART_REQUIRED,
          RestartRequired.newBuilder().setReason(reason).build(),
          Map.of(Attributes.KEY, reason.substring(0, 1)));
    }
    await().atMost(PATIENCE).until(() -> seen.size() == 3);

    FrameBus late = bus("late", Role.OPERATOR);
    List<Received<RestartRequired>> heard = new CopyOnWriteArrayList<>();
    late.subscribe(Topics.RESTART_REQUIRED, heard::add);
    await().atMost(PATIENCE).until(() -> heard.size() == 2);

    assertThat(heard)
        .extracting(message -> message.payload().getReason())
        .containsExactlyInAnyOrder("b1", "a2");
    assertThat(heard).allMatch(message -> message.attributes().containsKey(Attributes.RETAINED));
    assertThat(seen).noneMatch(message -> message.attributes().containsKey(Attributes.RETAINED));
  }

  @Test
  @Tag("R151")
  void subscriber_withoutTheRightToRead_getsNothing() {
    FrameBus hub = connectedBus("hub", Role.HUB);
    FrameBus observer = connectedBus("observer", Role.OBSERVER);
    FrameBus operator = connectedBus("operator", Role.OPERATOR);
    List<Received<LogLine>> read = new CopyOnWriteArrayList<>();
    List<Received<LogLine>> forbidden = new CopyOnWriteArrayList<>();
    observer.subscribe(Topics.LOG_LINE, forbidden::add);
    operator.subscribe(Topics.LOG_LINE, read::add);
    warmUp(hub, observer);
    warmUp(hub, operator);

    hub.publish(Topics.LOG_LINE, line(1));
    await().atMost(PATIENCE).until(() -> read.size() == 1);
    warmUp(hub, observer); // What was sent before has been worked off by now.

    assertThat(forbidden).isEmpty();
  }

  @Test
  @Tag("R169")
  void close_rightAfterPublish_sendsTheLastMessage() {
    FrameBus listener = connectedBus("listener", Role.OPERATOR);
    List<Received<LogLine>> received = new CopyOnWriteArrayList<>();
    listener.subscribe(Topics.LOG_LINE, received::add);
    FrameBus hub = connectedBus("hub", Role.HUB);
    warmUp(hub, listener);

    for (int number = 1; number <= 50; number++) {
      hub.publish(Topics.LOG_LINE, line(number));
    }
    hub.close();

    await().atMost(PATIENCE).until(() -> received.size() == 50);
  }

  @Test
  void anything_afterClose_isRefused() {
    FrameBus bus = connectedBus("cli", Role.OPERATOR);
    CompletableFuture<Received<CheckResponse>> waiting =
        bus.request(
            Topics.CHECK_REQUEST,
            CheckRequest.getDefaultInstance(),
            Topics.CHECK_RESPONSE,
            RequestOptions.within(PATIENCE));
    bus.close();
    bus.close();

    assertThat(waiting).isCompletedExceptionally();
    assertThatThrownBy(() -> bus.publish(Topics.CHECK_REQUEST, CheckRequest.getDefaultInstance()))
        .isInstanceOf(BusException.Closed.class);
    assertThatThrownBy(() -> bus.subscribe(Topics.LOG_LINE, message -> {}))
        .isInstanceOf(BusException.Closed.class);
  }

  @Test
  void publish_ofTooMuch_isRefused() {
    FrameBus hub = connectedBus("hub", Role.HUB);
    LogLine large = LogLine.newBuilder().setText("x".repeat(2 << 20)).build();

    assertThatThrownBy(() -> hub.publish(Topics.LOG_LINE, large))
        .isInstanceOf(BusException.TooLarge.class)
        .hasMessageContaining("cannot publish to update/log/line");
  }
}
