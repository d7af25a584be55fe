package dev.lockstep.bus.zeromq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.bus.BusException;
import dev.lockstep.bus.Received;
import dev.lockstep.bus.core.FrameBus;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.LogLine;
import dev.lockstep.protocol.v1.StateRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** Who gets in, who may publish, and where a broker may listen. */
class BrokerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String ANY = "tcp://127.0.0.1:0";
  @TempDir Path folder;
  private TestBroker broker;

  @BeforeEach
  void startBroker() {
    broker = new TestBroker(folder);
  }

  @AfterEach
  void stopBroker() {
    broker.close();
    assertThat(broker.failure).hasValue(null);
  }

  private BrokerStatistics statistics() {
    return broker.broker().statistics();
  }

  @Test
  void start_withPortZero_tellsTheRealPorts() {
    assertThat(Address.parse(broker.broker().publishAddress()).port()).isPositive();
    assertThat(Address.parse(broker.broker().subscribeAddress()).port())
        .isPositive()
        .isNotEqualTo(Address.parse(broker.broker().publishAddress()).port());
  }

  @Test
  @Tag("R151")
  void stranger_withAnUnknownKey_isRefusedUntilItIsPaired() {
    Certificate stranger = Certificate.generate("stranger", Role.OPERATOR);
    try (FrameBus bus = broker.connect("stranger", stranger)) {
      await().atMost(PATIENCE).until(() -> statistics().turnedAway() >= 2);
      assertThat(statistics().admitted()).isZero();

      stranger.publicOnly().write(broker.authorized, "stranger");

      await().atMost(PATIENCE).until(() -> statistics().admitted() >= 2);
      List<Received<StateRequest>> echo = new CopyOnWriteArrayList<>();
      bus.subscribe(Topics.STATE_REQUEST, echo::add);
      // What is published before the subscription is at the broker reaches nobody.
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                bus.publish(Topics.STATE_REQUEST, StateRequest.getDefaultInstance());
                return !echo.isEmpty();
              });
    }
  }

  @Test
  @Tag("R151")
  void stranger_withoutEncryption_getsNothing() throws Exception {
    ZMQ.Context context = ZMQ.context(1);
    ZMQ.Socket plain = context.socket(SocketType.XPUB);
    try {
      plain.setLinger(0);
      plain.setReceiveTimeOut(1_500);
      plain.connect(broker.broker().publishAddress());
      assertThat(plain.recv()).as("the broker's subscription").isNull();
    } finally {
      plain.close();
      context.term();
    }
  }

  @Test
  @Tag("R151")
  void key_takenAwayWhileConnected_canNoLongerPublish() throws Exception {
    List<Received<LogLine>> received = new CopyOnWriteArrayList<>();
    try (FrameBus listener = broker.connect("listener", Role.OPERATOR);
        FrameBus hub = broker.connect("hub", Role.HUB)) {
      listener.subscribe(Topics.LOG_LINE, received::add);
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                hub.publish(Topics.LOG_LINE, LogLine.getDefaultInstance());
                return !received.isEmpty();
              });

      Files.delete(broker.authorized.resolve("hub.key"));

      await().atMost(PATIENCE).until(() -> statistics().turnedAway() > 0);
      int before = received.size();
      hub.publish(Topics.LOG_LINE, LogLine.getDefaultInstance());
      List<Received<StateRequest>> echo = new CopyOnWriteArrayList<>();
      listener.subscribe(Topics.STATE_REQUEST, echo::add);
      listener.publish(Topics.STATE_REQUEST, StateRequest.getDefaultInstance());
      await().atMost(PATIENCE).until(() -> !echo.isEmpty());
      assertThat(received).hasSize(before);
    }
  }

  @Test
  void role_missingInTheCertificate_mayOnlyListen() {
    Certificate certificate = Certificate.generate("somebody", Role.HUB);
    Certificate without =
        new Certificate(certificate.publicKey(), certificate.secretKey(), java.util.Map.of());
    without.publicOnly().write(broker.authorized, "somebody");
    AllowList list = new AllowList(broker.authorized);

    AllowList.Known known = list.byKey(without.publicKey()).orElseThrow();
    assertThat(known.participant().role()).isEqualTo(Role.OBSERVER);
    assertThat(known.participant().name()).isEqualTo("somebody");
  }

  @Test
  void token_ofAKnownKey_isNeitherItsKeyNorShown() {
    Certificate key = broker.key("hub", Role.HUB);
    AllowList list = new AllowList(broker.authorized);
    AllowList.Known known = list.byKey(key.publicKey()).orElseThrow();

    assertThat(known.token()).hasSize(32).isNotEqualTo(key.publicKey());
    assertThat(known.toString()).doesNotContain(known.token());
    assertThat(list.byToken(known.token())).contains(known);
    assertThat(list.byToken(key.publicKey())).isEmpty();
    assertThat(list.byToken(null)).isEmpty();
    assertThat(new AllowList(broker.authorized).byKey(key.publicKey()).orElseThrow().token())
        .isNotEqualTo(known.token());
  }

  @Test
  void allowList_whenTheFolderVanishes_knowsNobody() throws Exception {
    Certificate key = broker.key("hub", Role.HUB);
    AllowList list = new AllowList(broker.authorized);
    Files.writeString(broker.authorized.resolve("rubbish.key"), "no certificate");
    list.reload();
    assertThat(list.byKey(key.publicKey())).isPresent();

    try (var files = Files.list(broker.authorized)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(broker.authorized);
    list.reload();

    assertThat(list.byKey(key.publicKey())).isEmpty();
    assertThatThrownBy(() -> new AllowList(broker.authorized))
        .isInstanceOf(BusException.KeyUnusable.class);
  }

  @Test
  @Tag("R15")
  void rubbishFrames_areDroppedAndCounted() {
    ZMQ.Context context = ZMQ.context(1);
    ZMQ.Socket raw = broker.rawSocket(context, SocketType.XPUB, broker.key("raw", Role.HUB));
    try (FrameBus listener = broker.connect("listener", Role.OBSERVER)) {
      String topic = Topics.LOG_LINE.name();

      raw.send(topic); // One frame.
      raw.sendMore(topic);
      raw.sendMore("envelope");
      raw.send("and one frame too many");
      raw.sendMore(new byte[300]); // A topic that is too long.
      raw.send(new byte[10]);
      raw.sendMore("~lockstep/probe/x"); // A probe with content.
      raw.send(new byte[10]);
      await().atMost(PATIENCE).until(() -> statistics().malformed() == 4);

      raw.sendMore("update/no/such/topic");
      raw.send("envelope");
      raw.sendMore(new byte[] {(byte) 0xff, 0, '\n'});
      raw.send("envelope");
      await().atMost(PATIENCE).until(() -> statistics().unknownTopic() == 2);

      List<Received<StateRequest>> echo = new CopyOnWriteArrayList<>();
      listener.subscribe(Topics.STATE_REQUEST, echo::add);
      listener.publish(Topics.STATE_REQUEST, StateRequest.getDefaultInstance());
      await().atMost(PATIENCE).until(() -> !echo.isEmpty());
    } finally {
      raw.close();
      context.term();
    }
  }

  @Test
  @Tag("R13")
  void plainSubscription_toThePrefix_getsAllTopics() {
    ZMQ.Context context = ZMQ.context(1);
    ZMQ.Socket raw = broker.rawSocket(context, SocketType.SUB, broker.key("raw", Role.OPERATOR));
    raw.subscribe("update/");
    raw.setReceiveTimeOut(10_000);
    try (FrameBus hub = broker.connect("hub", Role.HUB)) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                hub.publish(Topics.STATE_REQUEST, StateRequest.getDefaultInstance());
                return raw.recv(ZMQ.DONTWAIT) != null;
              });
      while (raw.hasReceiveMore()) {
        raw.recv();
      }
      hub.publish(Topics.LOG_LINE, LogLine.getDefaultInstance());
      String topic;
      do {
        topic = new String(raw.recv(), StandardCharsets.UTF_8);
        assertThat(raw.recv()).isNotEmpty();
        assertThat(raw.hasReceiveMore()).isFalse();
      } while (!topic.equals(Topics.LOG_LINE.name()));
    } finally {
      raw.close();
      context.term();
    }
  }

  @Test
  void start_onAPortInUse_saysSoWithRemedy() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "tcp://127.0.0.1:" + other.getLocalPort();
      assertThatThrownBy(() -> Broker.start(BrokerSettings.plain(address, ANY), failure -> {}))
          .isInstanceOf(BusException.AddressUnusable.class)
          .hasMessageContaining(address)
          .hasMessageContaining("choose another port");
      assertThatThrownBy(() -> Broker.start(BrokerSettings.plain(ANY, address), failure -> {}))
          .isInstanceOf(BusException.AddressUnusable.class);
    }
  }

  @Test
  void plain_beyondThisMachine_isRefused() {
    for (String address :
        new String[] {
          "tcp://0.0.0.0:5555", "tcp://*:5555", "tcp://192.0.2.1:5555", "tcp://hub.example:5555"
        }) {
      assertThatThrownBy(() -> BrokerSettings.plain(address, ANY))
          .as(address)
          .isInstanceOf(BusException.AddressUnusable.class)
          .hasMessageContaining("bus.security");
      assertThatThrownBy(() -> ZeroMqBusSettings.plain(ANY, address))
          .isInstanceOf(BusException.AddressUnusable.class);
    }
    assertThat(BrokerSettings.plain("tcp://localhost:0", "tcp://[::1]:0")).isNotNull();
  }

  @Test
  void address_thatIsNone_isRefused() {
    for (String address :
        new String[] {
          "",
          "5555",
          "tcp://",
          "tcp://host",
          "udp://1.2.3.4:5",
          "tcp://a:99999",
          "inproc://x",
          "ipc://relative"
        }) {
      assertThatThrownBy(() -> BrokerSettings.plain(address, ANY))
          .as(address)
          .isInstanceOf(BusException.AddressUnusable.class)
          .hasMessageContaining("cannot use address");
    }
  }

  @Test
  void ipc_withTheSocketFileOfAKilledBroker_startsAgain() throws IOException {
    Path file = folder.resolve("stale.sock");
    try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      killed.bind(UnixDomainSocketAddress.of(file));
    }
    assertThat(file).exists();
    BrokerSettings settings =
        BrokerSettings.plain("ipc://" + file, "ipc://" + folder.resolve("other.sock"));

    Broker.start(settings, failure -> {}).close();

    try (ServerSocketChannel alive = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      Files.deleteIfExists(file);
      alive.bind(UnixDomainSocketAddress.of(file));
      assertThatThrownBy(() -> Broker.start(settings, failure -> {}))
          .isInstanceOf(BusException.AddressUnusable.class);
    }
  }
}
