package dev.lockstep.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is said again, and when. */
class NewsTest {
  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
  private Duration pace = Duration.ZERO;
  private final News<String> news = new News<>(() -> pace);

  @Test
  void isNews_theSame_onceAMinute() {
    assertThat(news.isNews("a", START)).isTrue();
    assertThat(news.isNews("a", START)).isFalse();
    assertThat(news.isNews("a", START.plusSeconds(59))).isFalse();
    assertThat(news.isNews("a", START.plusSeconds(60))).isTrue();
    assertThat(news.isNews("a", START.plusSeconds(61))).isFalse();
  }

  @Test
  void isNews_theSameWhereAThousandListen_everyTwentyMinutes() {
    news.isNews("a", START);
    pace = Duration.ofSeconds(240);
    assertThat(news.isNews("a", START.plusSeconds(1_199))).isFalse();
    assertThat(news.isNews("b", START.plusSeconds(1_199))).isTrue();
    assertThat(news.isNews("b", START.plusSeconds(2_399))).isTrue();
    pace = Duration.ofSeconds(10);
    assertThat(news.isNews("b", START.plusSeconds(2_459))).isTrue();
  }

  @Test
  void isNews_another_atOnce() {
    news.isNews("a", START);
    assertThat(news.isNews("b", START)).isTrue();
    assertThat(news.isNews("a", START)).isTrue();
  }

  @Test
  void isNews_clockWasSetBack_saysItRatherThanNever() {
    news.isNews("a", START);
    assertThat(news.isNews("a", START.minusSeconds(3600))).isTrue();
    assertThat(news.isNews("a", START.minusSeconds(3550))).isFalse();
  }

  @Test
  void again_theSame_isNews() {
    news.isNews("a", START);
    news.again();
    assertThat(news.isNews("a", START)).isTrue();
  }
}
