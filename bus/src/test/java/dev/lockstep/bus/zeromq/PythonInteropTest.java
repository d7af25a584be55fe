package dev.lockstep.bus.zeromq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.lockstep.bus.Received;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.bus.core.FrameBus;
import dev.lockstep.bus.zeromq.ZeroMqBusSettings.CurveKeys;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.CheckRequest;
import dev.lockstep.protocol.v1.CheckResponse;
import dev.lockstep.protocol.v1.CheckResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers that nobody here wrote: pyzmq over libzmq, as participants and as the broker. */
@Tag("R170")
@Tag("R165")
class PythonInteropTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  @TempDir static Path shared;
  private static Path classes;
  @TempDir Path folder;

  @BeforeAll
  static void generateClasses() throws Exception {
    PythonPeer.assumePresent();
    classes = PythonPeer.generateClasses(shared);
  }

  @Test
  @Tag("R13")
  @Tag("R2")
  void pythonParticipant_atOurBrokerWithCurve_seesAllTopicsAndTriggersACheck() throws Exception {
    try (TestBroker broker = new TestBroker(folder);
        FrameBus hub = broker.connect("hub", Role.HUB)) {
      Path key = broker.key("python", Role.COMPONENT).write(folder, "python");
      try (PythonPeer peer =
          PythonPeer.start(
              classes,
              "participant",
              broker.broker().publishAddress(),
              broker.broker().subscribeAddress(),
              key,
              folder.resolve("broker.key"))) {
        takesPart(hub, peer);
      }
      assertThat(broker.failure).hasValue(null);
    }
  }

  @Test
  @Tag("R13")
  void pythonParticipant_atOurPlainBroker_seesAllTopicsAndTriggersACheck() throws Exception {
    BrokerSettings settings = BrokerSettings.plain("tcp://127.0.0.1:0", "tcp://127.0.0.1:0");
    try (Broker broker = Broker.start(settings, failure -> {});
        FrameBus hub = plain("hub", broker.publishAddress(), broker.subscribeAddress());
        PythonPeer peer =
            PythonPeer.start(
                classes, "participant", broker.publishAddress(), broker.subscribeAddress())) {
      takesPart(hub, peer);
    }
  }

  @Test
  void pythonParticipant_overIpc_takesPart() throws Exception {
    String publish = "ipc://" + folder.resolve("pub.sock");
    String subscribe = "ipc://" + folder.resolve("sub.sock");
    try (Broker broker = Broker.start(BrokerSettings.plain(publish, subscribe), failure -> {});
        FrameBus hub = plain("hub", broker.publishAddress(), broker.subscribeAddress());
        PythonPeer peer = PythonPeer.start(classes, "participant", publish, subscribe)) {
      takesPart(hub, peer);
    }
  }

  @Test
  void libzmqBroker_plain_carriesOurBusesAndPython() throws Exception {
    try (PythonPeer broker = PythonPeer.start(classes, "broker")) {
      String addresses = broker.await("addresses", line -> line.contains("publish"));
      String publish = PythonPeer.value(addresses, "publish");
      String subscribe = PythonPeer.value(addresses, "subscribe");
      try (FrameBus hub = plain("hub", publish, subscribe);
          FrameBus cli = plain("cli", publish, subscribe);
          PythonPeer peer = PythonPeer.start(classes, "participant", publish, subscribe)) {
        takesPart(hub, peer);
        asks(cli);
      }
    }
  }

  @Test
  void libzmqBroker_withCurve_carriesOurBusesAndPython() throws Exception {
    Path authorized = Files.createDirectories(folder.resolve("authorized"));
    Certificate own = Certificate.generate("broker", Role.HUB);
    Path ownFile = own.write(folder, "broker");
    Certificate hubKey = key(authorized, "hub", Role.HUB);
    Certificate cliKey = key(authorized, "cli", Role.OPERATOR);
    Path pythonKey = key(authorized, "python", Role.COMPONENT).write(folder, "python");
    try (PythonPeer broker = PythonPeer.start(classes, "broker", ownFile, authorized)) {
      String addresses = broker.await("addresses", line -> line.contains("publish"));
      String publish = PythonPeer.value(addresses, "publish");
      String subscribe = PythonPeer.value(addresses, "subscribe");
      try (FrameBus hub = encrypted("hub", publish, subscribe, hubKey, own);
          FrameBus cli = encrypted("cli", publish, subscribe, cliKey, own);
          PythonPeer peer =
              PythonPeer.start(
                  classes,
                  "participant",
                  publish,
                  subscribe,
                  pythonKey,
                  folder.resolve("broker.key"))) {
        takesPart(hub, peer);
        asks(cli);
      }
    }
  }

  private static Certificate key(Path authorized, String name, Role role) {
    Certificate key = Certificate.generate(name, role);
    key.publicOnly().write(authorized, name);
    return key;
  }

  private static FrameBus plain(String source, String publish, String subscribe) {
    return ZeroMqBus.builder(source, ZeroMqBusSettings.plain(publish, subscribe)).open();
  }

  private static FrameBus encrypted(
      String source, String publish, String subscribe, Certificate key, Certificate broker) {
    CurveKeys keys = new CurveKeys(key, broker);
    return ZeroMqBus.builder(source, ZeroMqBusSettings.encrypted(publish, subscribe, keys)).open();
  }

  /** The hub answers Python's check, and Python sees every topic that it may read. */
  private static void takesPart(FrameBus hub, PythonPeer peer) {
    List<Received<CheckRequest>> requests = new CopyOnWriteArrayList<>();
    hub.subscribe(
        Topics.CHECK_REQUEST,
        request -> {
          requests.add(request);
          hub.reply(
              request,
              Topics.CHECK_RESPONSE,
              CheckResponse.newBuilder().setResult(CheckResult.CHECK_RESULT_UP_TO_DATE).build());
        });
    peer.await("the peer is ready", line -> line.contains("\"ready\""));
    await().atMost(PATIENCE).until(() -> !requests.isEmpty());
    assertThat(requests.get(0).payload().getReason()).isEqualTo("asked by Python");
    String answer =
        peer.await("the answer", line -> line.contains("\"topic\": \"update/check/response\""));
    assertThat(PythonPeer.value(answer, "correlation_id")).isEqualTo("python-1");
    assertThat(PythonPeer.value(answer, "reply_to")).isEqualTo("somewhere");
    assertThat(PythonPeer.value(answer, "type")).isEqualTo("lockstep.v1.CheckResponse");

    for (Topic<?> topic : Topics.all()) {
      if (topic.readers().contains(Role.COMPONENT)) {
        publishEmpty(hub, topic);
        peer.await(topic.name(), line -> line.contains("\"" + topic.name() + "\""));
      }
    }
    assertThat(peer.lines())
        .filteredOn(line -> line.contains("topic"))
        .allMatch(line -> line.contains("\"frames\": 2"));
  }

  private static void asks(FrameBus cli) throws Exception {
    Received<CheckResponse> answer =
        cli.request(
                Topics.CHECK_REQUEST,
                CheckRequest.getDefaultInstance(),
                Topics.CHECK_RESPONSE,
                RequestOptions.within(PATIENCE))
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(answer.source()).isEqualTo("hub");
  }

  private static <M extends Message> void publishEmpty(FrameBus bus, Topic<M> topic) {
    try {
      bus.publish(topic, topic.parser().parseFrom(new byte[0]));
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
