package dev.lockstep.bus.zeromq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.BusException;
import dev.lockstep.bus.Received;
import dev.lockstep.bus.core.FrameBus;
import dev.lockstep.protocol.Envelopes;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.LogLine;
import dev.lockstep.protocol.v1.StateRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** What is known to have killed, hung or corrupted others. */
class TrapsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  @TempDir Path folder;
  private TestBroker broker;

  @BeforeEach
  void startBroker() {
    broker = new TestBroker(folder);
  }

  @AfterEach
  void stopBroker() {
    broker.close();
    assertThat(broker.failure).as("no thread of the broker died").hasValue(null);
  }

  private void assertWorks() {
    try (FrameBus bus = broker.connect("proof" + System.nanoTime(), Role.OBSERVER)) {
      List<Received<StateRequest>> echo = new CopyOnWriteArrayList<>();
      bus.subscribe(Topics.STATE_REQUEST, echo::add);
      bus.publish(Topics.STATE_REQUEST, StateRequest.getDefaultInstance());
      await().atMost(PATIENCE).until(() -> !echo.isEmpty());
    }
  }

  @Test
  @Tag("R15")
  void packets_thatKillAnIoThread_doNoHarm() throws Exception {
    for (byte[] packet : HostilePackets.all()) {
      HostilePackets.throwAt(broker.broker().publishAddress(), packet);
      HostilePackets.throwAt(broker.broker().subscribeAddress(), packet);
    }

    assertWorks();
  }

  @Test
  @Tag("R15")
  void packetsOfAFalseBroker_endNoThreadOfAClient() throws Exception {
    List<byte[]> killers = HostilePackets.killers();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    ZMQ.Context context = ZMQ.context(1);
    context.setUncaughtExceptionHandler((thread, cause) -> failure.set(cause));
    Certificate key = broker.key("victim", Role.OPERATOR);
    List<ZMQ.Socket> sockets = new ArrayList<>();
    try (FreezableProxy proxy = new FreezableProxy(broker.broker().subscribeAddress());
        FrameBus hub = broker.connect("hub", Role.HUB)) {
      proxy.answerWith(killers);
      for (int count = 0; count <= killers.size(); count++) {
        int expected = Math.min(count + 1, killers.size());
        ZMQ.Socket socket = client(context, key);
        sockets.add(socket);
        socket.connect(proxy.address());
        await().atMost(PATIENCE).until(() -> proxy.refused() == expected);
      }
      // The last one got through to the real broker, by the same I/O thread.
      ZMQ.Socket last = sockets.get(killers.size());
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                hub.publish(Topics.LOG_LINE, LogLine.getDefaultInstance());
                return last.recv(ZMQ.DONTWAIT) != null;
              });
      assertThat(failure).hasValue(null);
    } finally {
      sockets.forEach(ZMQ.Socket::close);
      Shutdown.terminate(context, "test", Duration.ofSeconds(5));
    }
  }

  /** A subscriber with the options of ours. */
  private ZMQ.Socket client(ZMQ.Context context, Certificate key) {
    ZMQ.Socket socket = context.socket(SocketType.SUB);
    new SocketOptions(1 << 20, true, 100).apply(socket);
    socket.setCurvePublicKey(key.publicKeyBytes());
    socket.setCurveSecretKey(key.secretKeyBytes());
    socket.setCurveServerKey(broker.own.publicKeyBytes());
    socket.subscribe(Topics.LOG_LINE.name());
    return socket;
  }

  @Test
  void slowReader_withCurve_losesButNeverCorrupts() throws Exception {
    int messages = 20_000;
    Certificate key = broker.key("slow", Role.OPERATOR);
    CountDownLatch release = new CountDownLatch(1);
    AtomicLong received = new AtomicLong();
    AtomicLong lost = new AtomicLong();
    List<String> wrong = new CopyOnWriteArrayList<>();
    String text = "x".repeat(300);
    try (FrameBus slow =
            ZeroMqBus.builder("slow", broker.settings(key).withQueues(100, 500)).open();
        FrameBus hub = broker.connect("hub", Role.HUB)) {
      slow.onLoss(loss -> lost.addAndGet(loss.missing()));
      CountDownLatch first = new CountDownLatch(1);
      slow.subscribe(
          Topics.LOG_LINE,
          message -> {
            first.countDown();
            awaitQuietly(release);
            received.incrementAndGet();
            if (!message.payload().getText().equals(text)) {
              wrong.add(message.messageId());
            }
          });
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                hub.publish(Topics.LOG_LINE, LogLine.newBuilder().setText(text).build());
                return first.getCount() == 0;
              });
      for (int number = 0; number < messages; number++) {
        publishPatiently(hub, LogLine.newBuilder().setLine(number).setText(text).build());
      }
      await().atMost(PATIENCE).until(() -> slow.statistics().overflowed() > messages - 10_000);
      release.countDown();
      await().atMost(PATIENCE).until(() -> lost.get() > 0);

      assertThat(slow.statistics().malformed()).isZero();
      assertThat(wrong).isEmpty();
      assertThat(received.get()).isLessThan(messages);
    }
  }

  /**
   * The setting itself: a socket that nobody reads for a while must not let the engine feel that
   * its queue is full. Whoever bounds it loses and garbles messages here.
   */
  @Test
  void unreadSocket_withCurve_losesAndCorruptsNothing() {
    int messages = 3_000;
    ZMQ.Context context = ZMQ.context(1);
    ZMQ.Socket socket = client(context, broker.key("unread", Role.OPERATOR));
    ZeroMqBusSettings roomy =
        broker.settings(broker.key("hub", Role.HUB)).withQueues(2 * messages, 100);
    try (FrameBus hub = ZeroMqBus.builder("hub", roomy).open()) {
      socket.connect(broker.broker().subscribeAddress());
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                hub.publish(Topics.LOG_LINE, LogLine.newBuilder().setLine(-1).build());
                return socket.recv(ZMQ.DONTWAIT) != null;
              });
      long before = broker.broker().statistics().forwarded();
      for (int number = 0; number < messages; number++) {
        hub.publish(
            Topics.LOG_LINE, LogLine.newBuilder().setLine(number).setText("x".repeat(300)).build());
      }
      await()
          .atMost(PATIENCE)
          .until(() -> broker.broker().statistics().forwarded() >= before + messages);

      List<Long> numbers = new ArrayList<>();
      socket.setReceiveTimeOut(5_000);
      while (numbers.isEmpty() || numbers.get(numbers.size() - 1) < messages - 1) {
        byte[] frame = socket.recv();
        assertThat(frame).as("after %s", numbers.size()).isNotNull();
        if (!socket.hasReceiveMore()) {
          long number = Envelopes.unwrap(Topics.LOG_LINE, Envelopes.read(frame)).getLine();
          if (number >= 0) {
            numbers.add(number);
          }
        } else {
          assertThat(new String(frame, StandardCharsets.UTF_8)).isEqualTo(Topics.LOG_LINE.name());
        }
      }
      assertThat(numbers).hasSize(messages).isSorted();
    } finally {
      socket.close();
      Shutdown.terminate(context, "test", Duration.ofSeconds(5));
    }
  }

  private static void publishPatiently(FrameBus bus, LogLine line) {
    await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> {
              try {
                bus.publish(Topics.LOG_LINE, line);
                return true;
              } catch (BusException.QueueFull e) {
                return false;
              }
            });
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      if (!latch.await(60, TimeUnit.SECONDS)) {
        throw new AssertionError("the test never went on");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @Timeout(120)
  void closing_thirtyTimes_neverHangs() {
    Certificate key = broker.key("again", Role.OPERATOR);
    for (int round = 0; round < 30; round++) {
      long start = System.nanoTime();
      FrameBus bus = broker.connect("again", key);
      Bus.Subscription all = bus.subscribe(Topics.STATE_REQUEST, message -> {});
      if (round % 2 == 0) {
        bus.publish(Topics.STATE_REQUEST, StateRequest.getDefaultInstance());
      }
      if (round % 3 == 0) {
        broker.stop();
        broker.start();
      }
      all.close();
      bus.close();
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as("round " + round)
          .isLessThan(Duration.ofSeconds(10));
    }
    await("no thread of a closed bus is left")
        .atMost(PATIENCE)
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("bus-again")));
  }

  @Test
  @Timeout(120)
  void connecting_manyTimes_neverStaysMute() {
    Certificate key = broker.key("quick", Role.OPERATOR);
    for (int round = 0; round < 30; round++) {
      // Each has an I/O thread that does nothing else; returns when the broker has greeted it.
      ZMQ.Context context = ZMQ.context(1);
      broker.rawSocket(context, SocketType.SUB, key).close();
      context.term();
    }
  }

  @Test
  void publish_beforeTheBrokerIsThere_arrivesWhenItComes() {
    Certificate key = broker.key("early", Role.OPERATOR);
    broker.stop();
    List<Received<StateRequest>> echo = new CopyOnWriteArrayList<>();
    try (FrameBus bus = broker.connect("early", key)) {
      bus.subscribe(Topics.STATE_REQUEST, echo::add);
      bus.publish(Topics.STATE_REQUEST, StateRequest.getDefaultInstance());
      broker.start();
      await().atMost(PATIENCE).until(() -> !echo.isEmpty());
    }
  }

  @Test
  void queue_fullWithoutABroker_isReported() {
    Certificate key = broker.key("early", Role.OPERATOR);
    broker.stop();
    try (FrameBus bus =
        ZeroMqBus.builder(
                "early",
                broker
                    .settings(key)
                    .withQueues(10, 10)
                    .withTimes(
                        Duration.ofMillis(50), Duration.ofSeconds(60), Duration.ofSeconds(5)))
            .open()) {
      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> {
                for (int count = 0; count < 100; count++) {
                  bus.publish(Topics.STATE_REQUEST, StateRequest.getDefaultInstance());
                }
              })
          .isInstanceOf(BusException.QueueFull.class);
    }
    broker.start();
  }

  @Test
  void broker_silentAlthoughConnected_isNoticedAndLeft() throws Exception {
    Certificate key = broker.key("lonely", Role.OPERATOR);
    try (FreezableProxy publish = new FreezableProxy(broker.broker().publishAddress());
        FreezableProxy subscribe = new FreezableProxy(broker.broker().subscribeAddress());
        FrameBus bus =
            ZeroMqBus.builder(
                    "lonely",
                    new ZeroMqBusSettings(
                        publish.address(),
                        subscribe.address(),
                        broker.settings(key).curve(),
                        1 << 20,
                        Duration.ofMillis(100),
                        Duration.ofSeconds(30),
                        Duration.ofMillis(200),
                        100,
                        100))
                .open()) {
      AtomicLong connections = new AtomicLong();
      bus.onConnected(connections::incrementAndGet);
      await().atMost(PATIENCE).until(() -> connections.get() == 1);

      publish.freeze();
      subscribe.freeze();

      // The proxy takes new connections, so only a bus that connects anew gets through.
      await().atMost(PATIENCE).until(() -> connections.get() == 2);
    }
  }
}
