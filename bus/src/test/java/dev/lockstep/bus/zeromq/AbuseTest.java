package dev.lockstep.bus.zeromq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.bus.core.FrameBus;
import dev.lockstep.protocol.Envelopes;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.LogLine;
import dev.lockstep.protocol.v1.StateRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** Participants with a key that do their worst: the others must not notice. */
@Tag("R15")
class AbuseTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final FloodLimit SMALL =
      new FloodLimit(100, 200, 1 << 20, 1 << 20, 1_000, Duration.ofSeconds(1));
  @TempDir Path folder;
  private TestBroker broker;
  private FrameBus hub;
  private FrameBus operator;
  private final AtomicInteger lines = new AtomicInteger();
  private final Set<String> served = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void start() {
    broker = new TestBroker(folder, settings -> settings.withLimit(SMALL).withQueue(1_000));
    hub = broker.connect("hub", Role.HUB);
    operator = broker.connect("operator", Role.OPERATOR);
    operator.subscribe(
        Topics.LOG_LINE,
        line -> {
          lines.incrementAndGet();
          if (!line.payload().getJobId().isEmpty()) {
            served.add(line.payload().getJobId() + " " + line.payload().getLine());
          }
        });
    awaitConnected(hub);
    awaitConnected(operator);
  }

  @AfterEach
  void stop() {
    hub.close();
    operator.close();
    broker.close();
    assertThat(broker.failure).as("no thread of the broker died").hasValue(null);
  }

  private static void awaitConnected(FrameBus bus) {
    CountDownLatch connected = new CountDownLatch(1);
    bus.onConnected(connected::countDown);
    await().atMost(PATIENCE).until(() -> connected.getCount() == 0);
  }

  private BrokerStatistics statistics() {
    return broker.broker().statistics();
  }

  /** The others' messages pass, every one of them. */
  private void assertOthersAreServed() {
    String job = UUID.randomUUID().toString();
    for (int line = 1; line <= 50; line++) {
      hub.publish(Topics.LOG_LINE, LogLine.newBuilder().setJobId(job).setLine(line).build());
    }
    await().atMost(PATIENCE).until(() -> served.contains(job + " " + 50));
    assertThat(served.stream().filter(line -> line.startsWith(job))).hasSize(50);
  }

  private static byte[] stateRequest(String source) {
    return Envelopes.wrap(
            Topics.STATE_REQUEST,
            StateRequest.getDefaultInstance(),
            UUID.randomUUID().toString(),
            Instant.now(),
            source,
            Map.of())
        .toByteArray();
  }

  @Test
  void flood_ofOneKey_isLimitedThenCutOffAndTheOthersAreServed() {
    ZMQ.Context context = ZMQ.context(1);
    ZMQ.Socket flooder =
        broker.rawSocket(context, SocketType.XPUB, broker.key("flooder", Role.OBSERVER));
    AtomicInteger passed = new AtomicInteger();
    hub.subscribe(Topics.STATE_REQUEST, request -> passed.incrementAndGet());
    awaitConnected(hub);
    try {
      long start = System.nanoTime();
      for (int count = 0; count < 900; count++) {
        flooder.sendMore(Topics.STATE_REQUEST.name());
        flooder.send(stateRequest("flooder"));
      }
      await().atMost(PATIENCE).until(() -> passed.get() + statistics().limited() >= 900);
      double seconds = (System.nanoTime() - start) / 1e9;
      assertThat(passed.get()).isBetween(200, (int) (200 + 100 * seconds + 1));
      assertOthersAreServed();
      long refused = statistics().turnedAway();
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(5))
          .until(
              () -> {
                for (int count = 0; count < 200; count++) {
                  flooder.sendMore(Topics.STATE_REQUEST.name());
                  flooder.send(stateRequest("flooder"), ZMQ.DONTWAIT);
                }
                return statistics().turnedAway() > refused;
              });
      assertOthersAreServed();
    } finally {
      flooder.close();
      context.term();
    }
  }

  @Test
  void message_of100Megabytes_isCutOffAtItsHeader() throws Exception {
    Certificate key = broker.key("large", Role.HUB);
    try (ForgingPublisher peer =
        new ForgingPublisher(
            broker.broker().publishAddress(), key, broker.own, Map.of("Socket-Type", "PUB"))) {
      peer.publish(Topics.STATE_REQUEST.name(), stateRequest("large"));
      peer.announceFrame(100_000_000L);
      assertThat(peer.isDisconnectedWithin(10_000)).as("cut off without reading it").isTrue();
    }
    assertOthersAreServed();
  }

  @Test
  void mutatedConnections_800_doNoHarm() throws Exception {
    byte[] good;
    Certificate key = broker.key("recorded", Role.OBSERVER);
    try (ForgingPublisher peer =
        new ForgingPublisher(
            broker.broker().publishAddress(), key, broker.own, Map.of("Socket-Type", "PUB"))) {
      peer.publish(Topics.STATE_REQUEST.name(), stateRequest("recorded"));
      good = peer.sent();
    }
    List<String> addresses =
        List.of(broker.broker().publishAddress(), broker.broker().subscribeAddress());
    ExecutorService pool = Executors.newFixedThreadPool(8);
    AtomicInteger done = new AtomicInteger();
    Random seeds = new Random(11);
    for (int count = 0; count < 800; count++) {
      String address = addresses.get(count % 2);
      byte[] bad = mutate(good, new Random(seeds.nextLong()));
      pool.execute(
          () -> {
            throwAt(address, bad);
            done.incrementAndGet();
          });
    }
    pool.shutdown();
    assertThat(pool.awaitTermination(120, TimeUnit.SECONDS)).isTrue();
    assertThat(done).hasValue(800);
    assertOthersAreServed();
  }

  /** Changes, cuts, doubles and inserts bytes of a recorded connection. */
  private static byte[] mutate(byte[] good, Random random) {
    byte[] bad = good.clone();
    int changes = 1 + random.nextInt(6);
    for (int change = 0; change < changes; change++) {
      bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
    }
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(bad, random.nextInt(bad.length));
      case 1 -> Arrays.copyOf(bad, bad.length + random.nextInt(2_000));
      case 2 -> {
        int from = random.nextInt(bad.length);
        byte[] twice = Arrays.copyOf(bad, bad.length * 2 - from);
        System.arraycopy(bad, from, twice, bad.length, bad.length - from);
        yield twice;
      }
      default -> bad;
    };
  }

  private static void throwAt(String address, byte[] bytes) {
    Address target = Address.parse(address);
    try (Socket socket = new Socket(target.host(), target.port())) {
      socket.setSoTimeout(150);
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
      InputStream in = socket.getInputStream();
      while (in.read() >= 0) {
        // Until the broker has had enough of it.
      }
    } catch (IOException cutOff) {
      assertThat(cutOff).isNotNull();
    }
  }

  @Test
  void peer_thatIsStopped_losesAndNobodyElseDoes() throws Exception {
    PythonPeer.assumePresent();
    Path classes = PythonPeer.generateClasses(folder);
    Path key = broker.key("python", Role.OPERATOR).write(folder, "python");
    int messages = 60_000;
    try (PythonPeer peer =
        PythonPeer.start(
            classes,
            "participant",
            broker.broker().publishAddress(),
            broker.broker().subscribeAddress(),
            key,
            folder.resolve("broker.key"))) {
      peer.await("the peer is ready", line -> line.contains("\"ready\""));
      peer.signal("STOP");
      try {
        LogLine large = LogLine.newBuilder().setText("x".repeat(2_000)).build();
        for (int count = 0; count < messages && statistics().lost() == 0; count++) {
          int sent = count;
          hub.publish(Topics.LOG_LINE, large);
          if (count % 200 == 199) {
            await().atMost(PATIENCE).until(() -> lines.get() >= sent - 200);
          }
        }
        await().atMost(PATIENCE).until(() -> statistics().lost() > 0);
        assertOthersAreServed();
      } finally {
        peer.signal("CONT");
      }
      hub.publish(Topics.LOG_LINE, LogLine.newBuilder().setText("last").build());
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                hub.publish(Topics.STATE_REQUEST, StateRequest.getDefaultInstance());
                return peer.lines().stream().anyMatch(line -> line.contains("state/request"));
              });
    }
  }

  @Test
  void clocks_offByYears_changeNothing() {
    ZMQ.Context context = ZMQ.context(1);
    ZMQ.Socket peer = broker.rawSocket(context, SocketType.XPUB, broker.key("odd", Role.OPERATOR));
    List<Instant> heard = new CopyOnWriteArrayList<>();
    hub.subscribe(Topics.STATE_REQUEST, request -> heard.add(request.sentAt()));
    awaitConnected(hub);
    try {
      for (String time :
          List.of(
              "0001-01-01T00:00:00Z",
              "1970-01-01T00:00:00Z",
              "2199-01-01T00:00:00Z",
              "9999-12-31T23:59:59Z")) {
        peer.sendMore(Topics.STATE_REQUEST.name());
        peer.send(
            Envelopes.wrap(
                    Topics.STATE_REQUEST,
                    StateRequest.getDefaultInstance(),
                    UUID.randomUUID().toString(),
                    Instant.parse(time),
                    "odd",
                    Map.of("seq", "1"))
                .toByteArray());
      }
      await().atMost(PATIENCE).until(() -> heard.size() == 4);
      assertThat(heard).isSorted();
    } finally {
      peer.close();
      context.term();
    }
  }

  @Test
  void subscriber_thatNeverStopsSubscribing_isCutOff() {
    ZMQ.Context context = ZMQ.context(1);
    ZMQ.Socket reader =
        broker.rawSocket(context, SocketType.XSUB, broker.key("restless", Role.OBSERVER));
    try {
      reader.setReceiveTimeOut(1);
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(5))
          .until(
              () -> {
                for (int count = 0; count < 200; count++) {
                  reader.send(new byte[] {1, 'u'}, ZMQ.DONTWAIT);
                  reader.send(new byte[] {0, 'u'}, ZMQ.DONTWAIT);
                }
                return statistics().refusedSubscriptions() > 0;
              });
      assertOthersAreServed();
    } finally {
      reader.close();
      context.term();
    }
  }
}
