package dev.lockstep.bus;

import static org.awaitility.Awaitility.await;

import dev.lockstep.bus.core.FrameBus;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.CheckResponse;
import dev.lockstep.protocol.v1.CheckResult;
import dev.lockstep.protocol.v1.LogLine;
import dev.lockstep.protocol.v1.StateRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;

/** Participants of a bus under test, whichever it is; closes them after each test. */
public abstract class BusFixture {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<FrameBus> open = new ArrayList<>();

  /** Connects a participant with a role's rights. */
  protected abstract FrameBus connect(String source, Role role);

  /** The broker goes away. */
  protected abstract void stopBroker();

  /** The broker is back under the same addresses. */
  protected abstract void startBroker();

  /** Sends raw frames as a peer with all rights that nobody here wrote. */
  protected abstract void sendRaw(byte[] topic, byte[] envelope);

  @AfterEach
  void closeAll() {
    open.forEach(FrameBus::close);
  }

  final FrameBus bus(String source, Role role) {
    FrameBus bus = connect(source, role);
    open.add(bus);
    return bus;
  }

  final FrameBus connectedBus(String source, Role role) {
    FrameBus bus = bus(source, role);
    CountDownLatch connected = new CountDownLatch(1);
    bus.onConnected(connected::countDown);
    await().atMost(PATIENCE).until(() -> connected.getCount() == 0);
    return bus;
  }

  /** Publishes until the subscriber has it: its subscription is in effect then. */
  final void warmUp(FrameBus publisher, FrameBus subscriber) {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    Bus.Subscription subscription =
        subscriber.subscribe(Topics.STATE_REQUEST, m -> seen.add(m.source()));
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              publisher.publish(Topics.STATE_REQUEST, StateRequest.getDefaultInstance());
              return !seen.isEmpty();
            });
    subscription.close();
  }

  static LogLine line(long number) {
    return LogLine.newBuilder().setJobId("job").setLine(number).build();
  }

  static CheckResponse upToDate() {
    return CheckResponse.newBuilder().setResult(CheckResult.CHECK_RESULT_UP_TO_DATE).build();
  }
}
