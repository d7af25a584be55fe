package dev.lockstep.bus.zeromq;

import static org.awaitility.Awaitility.await;

import dev.lockstep.bus.core.FrameBus;
import dev.lockstep.bus.zeromq.ZeroMqBusSettings.CurveKeys;
import dev.lockstep.protocol.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** A broker with CURVE on free ports of this machine, and keys for those who want to connect. */
final class TestBroker implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final byte[] EVERYTHING = {1};
  private final UnaryOperator<BrokerSettings> change;
  final Path folder;
  final Path authorized;
  final Certificate own;
  final AtomicReference<Throwable> failure = new AtomicReference<>();
  private String publishAddress = "tcp://127.0.0.1:0";
  private String subscribeAddress = "tcp://127.0.0.1:0";
  private Broker broker;

  TestBroker(Path folder) {
    this(folder, settings -> settings);
  }

  TestBroker(Path folder, UnaryOperator<BrokerSettings> change) {
    this.change = change;
    this.folder = folder;
    this.authorized = folder.resolve("authorized");
    try {
      Files.createDirectories(authorized);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    own = Certificate.generate("broker", Role.HUB);
    own.write(folder, "broker");
    start();
  }

  void start() {
    broker =
        Broker.start(
            change.apply(
                BrokerSettings.encrypted(publishAddress, subscribeAddress, own, authorized)),
            failure::set);
    publishAddress = broker.publishAddress();
    subscribeAddress = broker.subscribeAddress();
  }

  void stop() {
    broker.close();
  }

  Broker broker() {
    return broker;
  }

  /** A key that may connect. */
  Certificate key(String name, Role role) {
    Certificate certificate = Certificate.generate(name, role);
    certificate.publicOnly().write(authorized, name);
    return certificate;
  }

  ZeroMqBusSettings settings(Certificate key) {
    return ZeroMqBusSettings.encrypted(
        publishAddress, subscribeAddress, new CurveKeys(key, own.publicOnly()));
  }

  FrameBus connect(String source, Certificate key) {
    return ZeroMqBus.builder(source, settings(key)).open();
  }

  FrameBus connect(String source, Role role) {
    return connect(source, key(source, role));
  }

  /** A socket as any program could open it, connected. */
  ZMQ.Socket rawSocket(ZMQ.Context context, SocketType type, Certificate key) {
    ZMQ.Socket socket = context.socket(type);
    socket.setLinger(500);
    socket.setRcvHWM(0);
    socket.setCurvePublicKey(key.publicKeyBytes());
    socket.setCurveSecretKey(key.secretKeyBytes());
    socket.setCurveServerKey(own.publicKeyBytes());
    CountDownLatch greeted = new CountDownLatch(1);
    socket.setEventHook(event -> greeted.countDown(), ZMQ.EVENT_HANDSHAKE_PROTOCOL);
    boolean publishes = type == SocketType.PUB || type == SocketType.XPUB;
    socket.connect(publishes ? publishAddress : subscribeAddress);
    // A mute connection would be one until its handshake times out, after 30 s.
    await().atMost(PATIENCE).until(() -> greeted.getCount() == 0);
    if (publishes) {
      // The broker subscribes to everything, once the connection is ready.
      await().atMost(PATIENCE).until(() -> Arrays.equals(socket.recv(ZMQ.DONTWAIT), EVERYTHING));
    }
    return socket;
  }

  @Override
  public void close() {
    broker.close();
  }
}
