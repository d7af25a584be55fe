package dev.lockstep.bus.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class GapDetectorTest {
  private static final Instant T = Instant.parse("2026-06-01T00:00:00Z");
  private final GapDetector gaps = new GapDetector();

  private long observe(long number, int second) {
    return gaps.observe("hub", "topic", Long.toString(number), T.plusSeconds(second));
  }

  @Test
  void observe_inOrder_missesNothing() {
    assertThat(observe(41, 0)).as("what was before we came is not lost").isZero();
    assertThat(observe(42, 1)).isZero();
    assertThat(observe(43, 1)).isZero();
  }

  @Test
  void observe_afterAGap_countsWhatIsMissing() {
    observe(1, 0);
    assertThat(observe(5, 1)).isEqualTo(3);
    assertThat(observe(6, 2)).isZero();
  }

  @Test
  void observe_sentAgain_isNoRestart() {
    observe(1, 0);
    observe(2, 1);
    observe(3, 2);
    assertThat(observe(1, 0)).isZero();
    assertThat(observe(4, 3)).isZero();
  }

  @Test
  void observe_afterAPublishersRestart_countsFromOne() {
    observe(100, 0);
    assertThat(observe(1, 10)).isZero();
    assertThat(observe(2, 11)).isZero();
    assertThat(observe(4, 12)).isEqualTo(1);
  }

  @Test
  void observe_firstAfterARestartLost_countsIt() {
    observe(100, 0);
    assertThat(observe(3, 10)).isEqualTo(2);
  }

  @Test
  void observe_withoutANumber_ignoresIt() {
    assertThat(gaps.observe("x", "topic", null, T)).isZero();
    assertThat(gaps.observe("x", "topic", "", T)).isZero();
    assertThat(gaps.observe("x", "topic", "many", T)).isZero();
    assertThat(gaps.observe("x", "topic", "-5", T)).isZero();
    assertThat(gaps.observe("x", "topic", "99999999999999999999", T)).isZero();
  }

  @Test
  void forget_oneTopic_startsItAfresh() {
    observe(1, 0);
    gaps.observe("hub", "other", "1", T);
    gaps.forget("topic");
    assertThat(observe(9, 1)).isZero();
    assertThat(gaps.observe("hub", "other", "3", T)).isEqualTo(1);
  }
}
