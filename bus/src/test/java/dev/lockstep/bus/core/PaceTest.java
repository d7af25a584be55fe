package dev.lockstep.bus.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far apart participants are to repeat themselves. */
class PaceTest {
  private final Pace pace = new Pace(150);

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0", "149, 0", "150, 10", "450, 30", "1000, 60", "100000, 240"})
  void now_readers_tenSecondsForEachHundredAndFifty(int readers, int seconds) {
    assertThat(pace.changedBy(readers)).isEqualTo(seconds > 0);
    assertThat(pace.now()).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void changedBy_oneMoreAndOneLess_isToldOnce() {
    assertThat(pace.changedBy(299)).isTrue();
    assertThat(pace.changedBy(300)).isTrue();
    for (int count = 0; count < 10; count++) {
      assertThat(pace.changedBy(299)).isFalse();
      assertThat(pace.changedBy(300)).isFalse();
    }
    assertThat(pace.now()).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void changedBy_clearlyFewer_isShorterAgain() {
    pace.changedBy(1000);
    assertThat(pace.changedBy(720)).isFalse();
    assertThat(pace.changedBy(719)).isTrue();
    assertThat(pace.now()).isEqualTo(Duration.ofSeconds(40));
    assertThat(pace.changedBy(3)).isTrue();
    assertThat(pace.now()).isZero();
  }
}
