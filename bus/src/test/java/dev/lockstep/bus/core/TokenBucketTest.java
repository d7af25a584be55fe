package dev.lockstep.bus.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private final TokenBucket bucket = new TokenBucket(10, 20, 0);

  private int taken(long now) {
    int count = 0;
    while (bucket.take(1, now)) {
      count++;
    }
    return count;
  }

  @Test
  void take_atOnce_givesTheBurstAndNoMore() {
    assertThat(taken(0)).isEqualTo(20);
    assertThat(bucket.take(0.5, 0)).isFalse();
  }

  @Test
  void take_overTime_givesTheRate() {
    taken(0);
    int count = 0;
    for (long now = 0; now <= 10 * SECOND; now += SECOND / 100) {
      count += bucket.take(1, now) ? 1 : 0;
    }
    assertThat(count).isBetween(99, 100);
  }

  @Test
  void take_afterALongPause_givesTheBurstOnly() {
    taken(0);
    assertThat(taken(3600 * SECOND)).isEqualTo(20);
  }

  @Test
  void take_tooMuch_takesNothing() {
    assertThat(bucket.take(21, 0)).isFalse();
    assertThat(bucket.take(20, 0)).isTrue();
  }

  @Test
  void take_clockGoesBack_givesNothingForIt() {
    taken(10 * SECOND);
    assertThat(bucket.take(1, 5 * SECOND)).isFalse();
    assertThat(bucket.take(1, 5 * SECOND + SECOND / 5)).as("and goes on from there").isTrue();
  }
}
