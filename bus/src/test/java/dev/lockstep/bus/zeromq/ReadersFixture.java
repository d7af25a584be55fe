package dev.lockstep.bus.zeromq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Message;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.core.FrameBus;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.StateRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A broker with keys, and participants that listen and wait for each other. */
abstract class ReadersFixture {
  static final Duration PATIENCE = Duration.ofSeconds(20);
  @TempDir Path folder;
  TestBroker broker;
  private final List<FrameBus> open = new ArrayList<>();

  @BeforeEach
  void start() {
    broker = new TestBroker(folder);
  }

  @AfterEach
  void stop() {
    open.forEach(FrameBus::close);
    broker.close();
    assertThat(broker.failure).hasValue(null);
  }

  final FrameBus connect(String name, Certificate key) {
    key.publicOnly().write(broker.authorized, name);
    FrameBus bus = broker.connect(name, key);
    open.add(bus);
    return bus;
  }

  final FrameBus connect(String name, Role role) {
    return connect(name, Certificate.generate(name, role));
  }

  static void awaitConnected(FrameBus bus) {
    CountDownLatch connected = new CountDownLatch(1);
    bus.onConnected(connected::countDown);
    await().atMost(PATIENCE).until(() -> connected.getCount() == 0);
  }

  final <M extends Message> List<M> listen(FrameBus bus, Topic<M> topic) {
    List<M> heard = new CopyOnWriteArrayList<>();
    bus.subscribe(topic, message -> heard.add(message.payload()));
    return heard;
  }

  /** What was published before has reached everybody when this has. */
  final void awaitTurn(FrameBus from, FrameBus... readers) {
    for (FrameBus reader : readers) {
      List<StateRequest> heard = new CopyOnWriteArrayList<>();
      try (Bus.Subscription all =
          reader.subscribe(Topics.STATE_REQUEST, message -> heard.add(message.payload()))) {
        await()
            .atMost(PATIENCE)
            .until(
                () -> {
                  from.publish(Topics.STATE_REQUEST, StateRequest.getDefaultInstance());
                  return !heard.isEmpty();
                });
      }
    }
  }
}
