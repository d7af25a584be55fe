package dev.lockstep.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R168")
class ThrottleTest {
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final List<Instant> times = new CopyOnWriteArrayList<>();
  private final List<Integer> values = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  private Runnable send(int value) {
    return () -> {
      times.add(Instant.now());
      values.add(value);
    };
  }

  @Test
  void submit_muchTooOften_keepsTheRateAndSendsTheLast() {
    Throttle throttle = new Throttle(10, Clock.systemUTC(), executor);
    Instant end = Instant.now().plusMillis(1_500);
    int value = 0;
    while (Instant.now().isBefore(end)) {
      throttle.submit("job", send(++value));
    }
    throttle.finish("job");

    assertThat(values.get(0)).isEqualTo(1);
    assertThat(values.get(values.size() - 1)).isEqualTo(value);
    assertThat(values).isSorted().doesNotHaveDuplicates();
    assertThat(values.size()).isGreaterThan(8);
    for (Instant from : times) {
      assertThat(times)
          .filteredOn(t -> !t.isBefore(from) && t.isBefore(from.plusSeconds(1)))
          .hasSizeLessThanOrEqualTo(10);
    }
  }

  @Test
  void submit_twiceThenNothing_sendsTheSecondByItself() {
    Throttle throttle = new Throttle(10, Clock.systemUTC(), executor);
    throttle.submit("job", send(1));
    throttle.submit("job", send(2));
    throttle.submit("job", send(3));

    await().atMost(Duration.ofSeconds(20)).until(() -> values.size() == 2);
    assertThat(values).containsExactly(1, 3);
  }

  @Test
  void submit_ofOtherKeys_isIndependent() {
    Throttle throttle = new Throttle(10, Clock.systemUTC(), executor);
    throttle.submit("a", send(1));
    throttle.submit("b", send(2));
    assertThat(values).containsExactly(1, 2);
  }

  @Test
  void finish_withNothingWaiting_sendsNothing() {
    Throttle throttle = new Throttle(10, Clock.systemUTC(), executor);
    throttle.finish("never");
    throttle.submit("job", send(1));
    throttle.finish("job");
    throttle.finish("job");
    assertThat(values).containsExactly(1);
  }

  @Test
  void submit_afterTheClockWasSetBack_doesNotWaitForIt() {
    List<Instant> now = new ArrayList<>(List.of(Instant.parse("2026-06-01T12:00:00Z")));
    Clock clock =
        new Clock() {
          @Override
          public java.time.ZoneId getZone() {
            return java.time.ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(java.time.ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return now.get(0);
          }
        };
    Throttle throttle = new Throttle(10, clock, executor);
    throttle.submit("job", send(1));
    now.set(0, Instant.parse("2026-06-01T11:00:00Z"));
    throttle.submit("job", send(2));
    assertThat(values).containsExactly(1, 2);
  }

  @Test
  void rate_tooLow_isRefused() {
    assertThatThrownBy(() -> new Throttle(1, Clock.systemUTC(), executor))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
