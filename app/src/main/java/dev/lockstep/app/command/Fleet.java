package dev.lockstep.app.command;

import com.google.protobuf.Message;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.BusException;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentState;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.StateRequest;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The devices as version-management knows them, and questions that all of them answer. A question
 * is repeated until everybody who is there has answered, or its deadline has passed.
 */
final class Fleet {
  private static final String HUB_SERVICE = "version-management";
  private static final String DEVICE_SERVICE = "atomic-updates";
  private static final long ASK_AGAIN_MILLIS = 700;

  private final Bus bus;
  private final StateReport state;

  private Fleet(Bus bus, StateReport state) {
    this.bus = bus;
    this.state = state;
  }

  /**
   * Asks the hub who is there.
   *
   * @throws BusException {@code BUS_NO_ANSWER} where the hub does not answer
   */
  static Fleet of(Bus bus, Duration deadline) {
    StateReport state =
        Answers.await(
                bus.request(
                    Topics.STATE_REQUEST,
                    StateRequest.newBuilder().addServices(HUB_SERVICE).build(),
                    Topics.STATE_REPORT,
                    RequestOptions.within(deadline)))
            .payload();
    return new Fleet(bus, state);
  }

  String hub() {
    return state.getDevice();
  }

  /** Names of all components. */
  Set<String> components() {
    return state.getComponentsList().stream()
        .map(ComponentState::getComponent)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Devices that have the component and are there. */
  Set<String> having(String component) {
    return state.getComponentsList().stream()
        .filter(one -> one.getComponent().equals(component) && !one.getAway())
        .map(ComponentState::getDevice)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  Set<String> devices() {
    Set<String> devices = new TreeSet<>(Set.of(hub()));
    state.getComponentsList().forEach(one -> devices.add(one.getDevice()));
    return devices;
  }

  /** Devices of which nothing is there. */
  Set<String> away() {
    Set<String> away = devices();
    away.remove(hub());
    state.getComponentsList().stream()
        .filter(one -> !one.getAway())
        .forEach(one -> away.remove(one.getDevice()));
    return away;
  }

  /** Whose answers are awaited, as "device/service": of these devices, or of all. */
  Set<String> services(Collection<String> only) {
    Set<String> expected = new TreeSet<>();
    for (String device : devices()) {
      if ((only.isEmpty() || only.contains(device)) && !away().contains(device)) {
        expected.add(device + "/" + DEVICE_SERVICE);
      }
    }
    if (only.isEmpty() || only.contains(hub())) {
      expected.add(hub() + "/" + HUB_SERVICE);
    }
    return expected;
  }

  /**
   * Asks, and collects the answers.
   *
   * @param who tells from an answer whose it is; empty where it is none
   * @param expected whose answers end the wait
   * @return the answers by who gave them; some of the expected may be missing
   */
  <Q extends Message, A extends Message> Map<String, A> ask(
      Topic<Q> topic,
      Q question,
      Topic<A> answerTopic,
      Function<A, String> who,
      Set<String> expected,
      Duration deadline) {
    String correlation = UUID.randomUUID().toString();
    return collect(
        () -> bus.publish(topic, question, Map.of(Attributes.CORRELATION_ID, correlation)),
        answerTopic,
        received ->
            correlation.equals(received.correlationId()) ? who.apply(received.payload()) : "",
        expected,
        deadline);
  }

  /** The same where answers are told by something else than a correlation id. */
  <A extends Message> Map<String, A> collect(
      Runnable ask,
      Topic<A> answerTopic,
      Function<dev.lockstep.bus.Received<A>, String> who,
      Set<String> expected,
      Duration deadline) {
    Map<String, A> answers = new ConcurrentSkipListMap<>();
    Object arrived = new Object();
    long end = System.nanoTime() + deadline.toNanos();
    try (Bus.Subscription listening =
        bus.subscribe(
            answerTopic,
            message -> {
              String from = who.apply(message);
              if (!from.isEmpty()) {
                synchronized (arrived) {
                  answers.put(from, message.payload());
                  arrived.notifyAll();
                }
              }
            })) {
      synchronized (arrived) {
        while (!answers.keySet().containsAll(expected) && System.nanoTime() < end) {
          ask.run();
          long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
          waitFor(arrived, answers, expected, Math.min(left, ASK_AGAIN_MILLIS));
        }
      }
    }
    return new TreeMap<>(answers);
  }

  private static void waitFor(
      Object arrived, Map<String, ?> answers, Set<String> expected, long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    try {
      while (!answers.keySet().containsAll(expected)) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          return;
        }
        arrived.wait(left);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new BusException.Closed("ask the devices");
    }
  }
}
