package dev.lockstep.bus.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.bus.core.FrameBus;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.CheckRequest;
import dev.lockstep.protocol.v1.CheckResponse;
import dev.lockstep.protocol.v1.LogLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What goes wrong on the way, in the same way in each run. */
class DeterministicBrokerTest {
  private final List<Long> lines = new ArrayList<>();
  private final List<Bus.Loss> losses = new ArrayList<>();

  private List<Long> run(long seed, Faults faults) {
    lines.clear();
    losses.clear();
    try (InMemoryBroker broker = InMemoryBroker.deterministic(seed);
        FrameBus hub = broker.connect("hub");
        FrameBus listener = broker.connect("listener")) {
      listener.subscribe(Topics.LOG_LINE, m -> lines.add(m.payload().getLine()));
      listener.onLoss(losses::add);
      broker.deliver();
      broker.faults(faults);
      for (long line = 1; line <= 200; line++) {
        hub.publish(Topics.LOG_LINE, LogLine.newBuilder().setLine(line).build());
        broker.deliver();
      }
      broker.faults(Faults.NONE);
      hub.publish(Topics.LOG_LINE, LogLine.newBuilder().setLine(201).build());
      broker.advance(Duration.ofMinutes(1));
    }
    return List.copyOf(lines);
  }

  @Test
  void losing_isTheSameForTheSameSeed_andReported() {
    List<Long> first = run(1, Faults.NONE.losing(0.3));
    assertThat(first).hasSizeBetween(100, 180).isSorted().doesNotHaveDuplicates();
    long missing = losses.stream().mapToLong(Bus.Loss::missing).sum();
    assertThat(missing).isEqualTo(201 - first.size() - (first.get(0) - 1));
    assertThat(run(1, Faults.NONE.losing(0.3))).isEqualTo(first);
    assertThat(run(2, Faults.NONE.losing(0.3))).isNotEqualTo(first);
  }

  @Test
  void doubling_reachesHandlersOnce() {
    assertThat(run(1, Faults.NONE.doubling(1))).hasSize(201).doesNotHaveDuplicates();
  }

  @Test
  void reordering_losesNothing() {
    List<Long> received = run(1, Faults.NONE.reordering(0.3));
    assertThat(received).hasSize(201).doesNotHaveDuplicates();
    assertThat(received).isNotEqualTo(received.stream().sorted().toList());
  }

  @Test
  void delaying_takesThatLong() {
    try (InMemoryBroker broker = InMemoryBroker.deterministic(0);
        FrameBus hub = broker.connect("hub")) {
      hub.subscribe(Topics.LOG_LINE, m -> lines.add(m.payload().getLine()));
      broker.faults(Faults.NONE.delaying(Duration.ofSeconds(3)));
      hub.publish(Topics.LOG_LINE, LogLine.newBuilder().setLine(1).build());
      broker.advance(Duration.ofMillis(2_999));
      assertThat(lines).isEmpty();
      broker.advance(Duration.ofMillis(1));
      assertThat(lines).containsExactly(1L);
    }
  }

  @Test
  @Tag("R16")
  @Tag("R3")
  void request_overALossyBus_isAnsweredAndHandledOnce() {
    for (long seed = 0; seed < 50; seed++) {
      int[] handled = new int[1];
      try (InMemoryBroker broker = InMemoryBroker.deterministic(seed);
          FrameBus hub = broker.connect("hub");
          FrameBus cli = broker.connect("cli")) {
        hub.subscribe(
            Topics.CHECK_REQUEST,
            request -> {
              handled[0]++;
              hub.reply(request, Topics.CHECK_RESPONSE, CheckResponse.getDefaultInstance());
            });
        broker.deliver();
        broker.faults(new Faults(0.5, 0.3, 0.1, Duration.ofMillis(20)));
        CompletableFuture<Received<CheckResponse>> answer =
            cli.request(
                Topics.CHECK_REQUEST,
                CheckRequest.getDefaultInstance(),
                Topics.CHECK_RESPONSE,
                RequestOptions.within(Duration.ofMinutes(5)));
        broker.advance(Duration.ofMinutes(4));

        assertThat(answer).as("seed " + seed).isCompleted();
        assertThat(handled[0]).as("seed " + seed).isEqualTo(1);
      }
    }
  }

  @Test
  void disconnected_participantGetsNothingUntilItIsBack() {
    try (InMemoryBroker broker = InMemoryBroker.deterministic(0);
        FrameBus hub = broker.connect("hub");
        FrameBus listener = broker.connect("listener")) {
      int[] connections = new int[1];
      listener.onConnected(() -> connections[0]++);
      listener.subscribe(Topics.LOG_LINE, m -> lines.add(m.payload().getLine()));
      broker.deliver();
      int before = connections[0];
      broker.disconnect("listener");
      hub.publish(Topics.LOG_LINE, LogLine.newBuilder().setLine(1).build());
      broker.deliver();
      broker.reconnect("listener");
      hub.publish(Topics.LOG_LINE, LogLine.newBuilder().setLine(2).build());
      broker.deliver();

      assertThat(lines).containsExactly(2L);
      assertThat(connections[0]).isEqualTo(before + 1);
      assertThatThrownBy(() -> broker.disconnect("nobody"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
