package dev.lockstep.bus.zeromq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.lockstep.bus.core.FrameBus;
import dev.lockstep.protocol.Envelopes;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.ComponentState;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.JobState;
import dev.lockstep.protocol.v1.ScheduleRequest;
import dev.lockstep.protocol.v1.StateReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** Every role against every topic, and everybody who speaks for somebody else. */
@Tag("R151")
class RightsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String OWN = "kiosk-1";
  private static final String OTHER = "kiosk-2";
  private static final String COMPONENT = "kiosk-ui";

  @TempDir Path folder;
  private final ZMQ.Context context = ZMQ.context(1);
  private TestBroker broker;
  private FrameBus listener;
  private ZMQ.Socket peer;
  private final List<String> passed = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() {
    broker = new TestBroker(folder);
    listener = broker.connect("listener", Role.HUB);
    Topics.all().forEach(this::listen);
    CountDownLatch connected = new CountDownLatch(1);
    listener.onConnected(connected::countDown);
    await().atMost(PATIENCE).until(() -> connected.getCount() == 0);
    broker.key(OTHER, Role.DEVICE);
  }

  private <M extends Message> void listen(Topic<M> topic) {
    listener.subscribe(topic, message -> passed.add(message.messageId()));
  }

  @AfterEach
  void stop() {
    if (peer != null) {
      peer.close();
    }
    context.term();
    listener.close();
    broker.close();
    assertThat(broker.failure).hasValue(null);
  }

  /** Somebody with a key of that role for the own device and component. */
  private void connectAs(Role role) {
    Certificate key = Certificate.generate("peer", role);
    key = role == Role.HUB || role == Role.OPERATOR ? key : key.forDevice(OWN);
    key = role == Role.COMPONENT ? key.forComponent(COMPONENT) : key;
    key.publicOnly().write(broker.authorized, "peer");
    peer = broker.rawSocket(context, SocketType.XPUB, key);
  }

  /** A message that names device and component wherever it can. */
  private static <M extends Message> Message content(
      Topic<M> topic, String device, String component) {
    Message.Builder content =
        com.google.protobuf.Internal.getDefaultInstance(topic.type()).newBuilderForType();
    for (FieldDescriptor field : content.getDescriptorForType().getFields()) {
      switch (field.getName()) {
        case "device" -> content.setField(field, device);
        case "component" -> content.setField(field, component);
        default -> {}
      }
    }
    return content.build();
  }

  /** Sends what anybody could send; gives the message's id. */
  @SuppressWarnings("unchecked")
  private <M extends Message> String send(Topic<M> topic, Message content, String source) {
    String id = UUID.randomUUID().toString();
    byte[] envelope =
        Envelopes.wrap(topic, (M) content, id, Instant.now(), source, Map.of()).toByteArray();
    peer.sendMore(topic.name());
    peer.send(envelope);
    return id;
  }

  private <M extends Message> String send(Topic<M> topic, String device, String component) {
    return send(topic, content(topic, device, component), "peer");
  }

  /** What was sent before has been worked off when this has passed. */
  private void awaitTurn() {
    String last = send(Topics.STATE_REQUEST, OWN, COMPONENT);
    await().atMost(PATIENCE).until(() -> passed.contains(last));
    passed.remove(last);
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void everyRole_onEveryTopic_passesOnlyWhereTheTopicListsIt(Role role) {
    connectAs(role);
    awaitTurn();
    TreeSet<String> expected = new TreeSet<>();
    for (Topic<?> topic : Topics.all()) {
      String id = send(topic, OWN, COMPONENT);
      if (topic.publishers().contains(role)) {
        expected.add(id);
      }
    }
    awaitTurn();

    assertThat(passed).containsExactlyInAnyOrderElementsOf(expected);
    BrokerStatistics counted = broker.broker().statistics();
    assertThat(counted.withoutRight()).isEqualTo(Topics.all().size() - expected.size());
    assertThat(counted.foreign()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Role.class,
      names = {"DEVICE", "COMPONENT"})
  void boundKey_onEveryTopicThatNamesADevice_cannotSpeakForAnotherOrNone(Role role) {
    connectAs(role);
    awaitTurn();
    int sent = 0;
    for (Topic<?> topic : Topics.all()) {
      boolean names =
          content(topic, "x", "x").getAllFields().keySet().stream()
              .anyMatch(field -> field.getName().equals("device"));
      if (names && topic.publishers().contains(role)) {
        send(topic, OTHER, COMPONENT);
        send(topic, "", COMPONENT);
        send(topic, OWN + "x", COMPONENT);
        send(topic, content(topic, OWN, COMPONENT), OTHER);
        sent += 4;
      }
    }
    awaitTurn();

    assertThat(sent).isGreaterThanOrEqualTo(role == Role.DEVICE ? 40 : 12);
    assertThat(passed).isEmpty();
    assertThat(broker.broker().statistics().foreign()).isEqualTo(sent);
  }

  @Test
  void componentKey_ofAnotherComponent_isDropped() {
    connectAs(Role.COMPONENT);
    awaitTurn();
    for (Topic<?> topic :
        List.of(Topics.PREPARE_RESPONSE, Topics.DRAIN_RESPONSE, Topics.COMPONENT_ANNOUNCE)) {
      send(topic, OWN, "backend");
      send(topic, OWN, "");
    }
    awaitTurn();

    assertThat(passed).isEmpty();
    assertThat(broker.broker().statistics().foreign()).isEqualTo(6);
  }

  @Test
  void deviceKey_withAForeignPartInsideItsReport_isDropped() {
    connectAs(Role.DEVICE);
    awaitTurn();
    StateReport own = StateReport.newBuilder().setDevice(OWN).setService("x").build();
    JobState foreignJob = JobState.newBuilder().setDevice(OTHER).build();
    ComponentState ownPart = ComponentState.newBuilder().setDevice(OWN).build();
    send(Topics.STATE_REPORT, own.toBuilder().addJobs(foreignJob).build(), "peer");
    send(
        Topics.STATE_REPORT,
        own.toBuilder()
            .addComponents(ownPart)
            .addComponents(ComponentState.newBuilder().setDevice(OTHER))
            .build(),
        "peer");
    String good = send(Topics.STATE_REPORT, own.toBuilder().addComponents(ownPart).build(), "peer");
    awaitTurn();

    assertThat(passed).containsExactly(good);
  }

  @Test
  void deviceKey_askingInAnothersName_isDropped() {
    connectAs(Role.DEVICE);
    awaitTurn();
    ScheduleRequest request = ScheduleRequest.newBuilder().setDevice(OWN).build();
    send(
        Topics.SCHEDULE_REQUEST,
        request.toBuilder().setRequestedBy("operator").build(),
        "peer/agent");
    send(Topics.SCHEDULE_REQUEST, request, "hub");
    String good =
        send(
            Topics.SCHEDULE_REQUEST, request.toBuilder().setRequestedBy(OWN).build(), "peer/agent");
    awaitTurn();

    assertThat(passed).containsExactly(good);
  }

  @Test
  void violation_isAuditedWithTheKeysNameAndTheReason() {
    ListAppender<ILoggingEvent> audit = new ListAppender<>();
    audit.start();
    Logger log = (Logger) LoggerFactory.getLogger(Gate.class);
    log.addAppender(audit);
    try {
      connectAs(Role.DEVICE);
      send(Topics.INSTALL_COMPLETE, OTHER, COMPONENT);
      awaitTurn();
      assertThat(audit.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .singleElement()
          .asString()
          .contains("peer (DEVICE)", Topics.INSTALL_COMPLETE.name(), "it speaks for device", OTHER);
    } finally {
      log.detachAppender(audit);
    }
  }

  @Test
  void operator_posingAsADevice_isDropped() {
    connectAs(Role.OPERATOR);
    awaitTurn();
    send(Topics.INSTALL_REQUEST, content(Topics.INSTALL_REQUEST, "", ""), OTHER);
    String good = send(Topics.INSTALL_REQUEST, content(Topics.INSTALL_REQUEST, "", ""), "page");
    awaitTurn();

    assertThat(passed).containsExactly(good);
    assertThat(broker.broker().statistics().foreign()).isEqualTo(1);
  }

  @Test
  void deviceKey_sayingItsDeviceTwice_isDroppedAsUnreadable() {
    connectAs(Role.DEVICE);
    awaitTurn();
    InstallComplete own = InstallComplete.newBuilder().setDevice(OWN).build();
    InstallComplete foreign = InstallComplete.newBuilder().setDevice(OTHER).build();
    byte[] one = envelope(own);
    byte[] two = envelope(foreign);
    byte[] both = new byte[one.length + two.length];
    System.arraycopy(two, 0, both, 0, two.length);
    System.arraycopy(one, 0, both, two.length, one.length);
    peer.sendMore(Topics.INSTALL_COMPLETE.name());
    peer.send(both);
    awaitTurn();

    assertThat(passed).isEmpty();
    assertThat(broker.broker().statistics().malformed()).isEqualTo(1);
  }

  private static byte[] envelope(InstallComplete content) {
    return Envelopes.wrap(
            Topics.INSTALL_COMPLETE,
            content,
            UUID.randomUUID().toString(),
            Instant.now(),
            "peer",
            Map.of())
        .toByteArray();
  }

  @Test
  void componentKey_withoutADevice_speaksForNone() {
    Certificate key = Certificate.generate("peer", Role.COMPONENT);
    key.publicOnly().write(broker.authorized, "peer");
    peer = broker.rawSocket(context, SocketType.XPUB, key);
    awaitTurn();
    ComponentAnnounce announce =
        ComponentAnnounce.newBuilder().setDevice("").setComponent("peer").build();
    send(Topics.COMPONENT_ANNOUNCE, announce, "peer");
    send(Topics.COMPONENT_ANNOUNCE, announce.toBuilder().setDevice("peer").build(), "peer");
    awaitTurn();

    assertThat(passed).isEmpty();
    assertThat(broker.broker().statistics().foreign()).isEqualTo(2);
  }
}
