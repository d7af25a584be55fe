package dev.lockstep.bus.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.bus.core.AnswerCache.Answer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
  private Instant now = Instant.parse("2026-06-01T00:00:00Z");
  private final Clock clock =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return now;
        }
      };
  private final AnswerCache cache =
      new AnswerCache(new BusLimits(100, 10, 3, 250, Duration.ofMinutes(1)), clock);

  private static Answer answer(int size) {
    return new Answer(new byte[] {1}, new byte[size]);
  }

  @Test
  void find_answered_givesAllAnswersInOrder() {
    Answer first = answer(1);
    Answer second = answer(2);
    cache.add("a", first);
    cache.add("a", second);
    assertThat(cache.find("a")).containsExactly(first, second);
    assertThat(cache.find("b")).isEmpty();
  }

  @Test
  void find_afterItsLifetime_givesNothing() {
    cache.add("a", answer(1));
    now = now.plusSeconds(59);
    assertThat(cache.find("a")).hasSize(1);
    now = now.plusSeconds(1);
    assertThat(cache.find("a")).isEmpty();
  }

  @Test
  void add_tooMany_forgetsTheOldest() {
    for (String id : new String[] {"a", "b", "c", "d"}) {
      cache.add(id, answer(1));
    }
    assertThat(cache.find("a")).isEmpty();
    assertThat(cache.find("b")).hasSize(1);
    assertThat(cache.find("d")).hasSize(1);
  }

  @Test
  void add_tooManyBytes_forgetsTheOldest() {
    cache.add("a", answer(200));
    cache.add("b", answer(100));
    assertThat(cache.find("a")).isEmpty();
    assertThat(cache.find("b")).hasSize(1);
  }
}
