package dev.lockstep.bus.zeromq;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConnectionProbeTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);
  private final ConnectionProbe probe = new ConnectionProbe("me", HEARTBEAT);

  private void bothUp(long now) {
    probe.connection(true, true, now);
    probe.connection(false, true, now);
  }

  private void open(long now) {
    bothUp(now);
    assertThat(probe.subscriptionDue()).isTrue();
    assertThat(probe.due(now)).isTrue();
    assertThat(probe.echoed(probe.topic(), now)).isTrue();
    assertThat(probe.open()).isTrue();
  }

  @Test
  void open_onlyAfterTheProbeOfThisRoundCameBack() {
    assertThat(probe.due(0)).isFalse();
    probe.connection(true, true, 0);
    assertThat(probe.due(0)).isFalse();
    String earlier = probe.topic();
    probe.connection(false, true, 0);
    assertThat(probe.due(0)).isTrue();
    assertThat(probe.echoed(earlier, 1)).isFalse();
    assertThat(probe.open()).isFalse();
    assertThat(probe.echoed(probe.topic(), 1)).isTrue();
    assertThat(probe.open()).isTrue();
  }

  @Test
  void due_repeatsWithGrowingPauses() {
    bothUp(0);
    assertThat(probe.due(0)).isTrue();
    assertThat(probe.due(MILLI)).isFalse();
    assertThat(probe.nanosToNextProbe(MILLI)).isEqualTo(MILLI);
    assertThat(probe.due(2 * MILLI)).isTrue();
    assertThat(probe.due(5 * MILLI)).isFalse();
    assertThat(probe.due(6 * MILLI)).isTrue();
  }

  @Test
  void subscriptionsChanged_holdsMessagesUntilItIsInEffect() {
    open(0);
    assertThat(probe.subscriptionDue()).isFalse();
    String before = probe.topic();
    probe.subscriptionsChanged(MILLI);
    assertThat(probe.open()).isFalse();
    assertThat(probe.topic()).isNotEqualTo(before);
    assertThat(probe.subscriptionDue()).isTrue();
    assertThat(probe.due(MILLI)).isTrue();
    assertThat(probe.echoed(probe.topic(), 2 * MILLI)).isTrue();
  }

  @Test
  void disconnected_closesUntilTheNextRound() {
    open(0);
    probe.connection(true, false, MILLI);
    assertThat(probe.open()).isFalse();
    assertThat(probe.due(10 * MILLI)).isFalse();
    assertThat(probe.giveUpWaiting(TimeUnit.SECONDS.toNanos(60))).isFalse();
  }

  @Test
  void broker_thatReturnsNoProbes_isTakenAsConnectedAfterAWhile() {
    bothUp(0);
    assertThat(probe.giveUpWaiting(TimeUnit.SECONDS.toNanos(1))).isFalse();
    assertThat(probe.giveUpWaiting(TimeUnit.SECONDS.toNanos(3))).isTrue();
    assertThat(probe.open()).isTrue();
    assertThat(probe.silent(TimeUnit.HOURS.toNanos(1))).as("it never answers").isFalse();
    probe.subscriptionsChanged(TimeUnit.SECONDS.toNanos(4));
    assertThat(probe.open()).as("there is nothing to wait for").isTrue();
  }

  @Test
  void heartbeats_withoutAnswer_areNoticed() {
    open(0);
    assertThat(probe.due(HEARTBEAT.toNanos() - 1)).isFalse();
    assertThat(probe.due(HEARTBEAT.toNanos())).isTrue();
    assertThat(probe.due(HEARTBEAT.toNanos() + HEARTBEAT.toNanos() / 4)).as("again").isTrue();
    assertThat(probe.silent(TimeUnit.MILLISECONDS.toNanos(10_700))).isFalse();
    assertThat(probe.silent(TimeUnit.MILLISECONDS.toNanos(10_800))).isTrue();
    assertThat(probe.echoed(probe.topic(), TimeUnit.SECONDS.toNanos(18))).isFalse();
    assertThat(probe.silent(TimeUnit.SECONDS.toNanos(18))).isFalse();
  }

  @Test
  void ownMessages_thatComeBack_areAsGoodAsProbes() {
    open(0);
    for (int second = 4; second <= 40; second += 4) {
      assertThat(probe.due(TimeUnit.SECONDS.toNanos(second))).isFalse();
      probe.ownCameBack(TimeUnit.SECONDS.toNanos(second));
    }
    assertThat(probe.silent(TimeUnit.SECONDS.toNanos(50))).isFalse();
    assertThat(probe.due(TimeUnit.SECONDS.toNanos(45))).isTrue();
    assertThat(probe.silent(TimeUnit.SECONDS.toNanos(51))).isTrue();
    probe.connection(true, false, TimeUnit.SECONDS.toNanos(51));
    probe.ownCameBack(TimeUnit.SECONDS.toNanos(51));
    assertThat(probe.open()).as("one of an earlier connection").isFalse();
  }

  @Test
  void topic_sortsAfterAllOthers() {
    assertThat(probe.topic()).isGreaterThan(dev.lockstep.protocol.Topics.PREFIX + "\uffff");
    assertThat(probe.topic()).doesNotStartWith(dev.lockstep.protocol.Topics.PREFIX);
  }

  @Test
  void pace_ofManyParticipants_probesAndSilenceAreFartherApart() {
    open(0);
    probe.pace(Duration.ofSeconds(60), 0);
    probe.ownCameBack(0);
    assertThat(probe.due(TimeUnit.SECONDS.toNanos(74))).isFalse();
    assertThat(probe.silent(TimeUnit.SECONDS.toNanos(74))).isFalse();
    assertThat(probe.due(TimeUnit.SECONDS.toNanos(76))).isTrue();
    assertThat(probe.silent(TimeUnit.SECONDS.toNanos(140))).isTrue();
  }

  @Test
  void pace_ofFewAgain_isNoSilenceButAsksSoon() {
    open(0);
    probe.pace(Duration.ofSeconds(60), 0);
    probe.ownCameBack(0);
    long now = TimeUnit.SECONDS.toNanos(70);
    probe.pace(Duration.ZERO, now);
    assertThat(probe.silent(now)).as("it was soon enough until now").isFalse();
    long soon = now + HEARTBEAT.toNanos() / 4;
    assertThat(probe.silent(soon)).isFalse();
    assertThat(probe.due(soon)).isTrue();
    assertThat(probe.echoed(probe.topic(), soon)).isFalse();
    assertThat(probe.silent(soon + HEARTBEAT.toNanos())).isFalse();
    assertThat(probe.silent(soon + 3 * HEARTBEAT.toNanos())).isTrue();
  }
}
