package dev.lockstep.frontendagent.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.frontendagent.domain.Drained.Step;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R109")
class DrainedTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final Place KIOSK = new Place("kiosk-1", "kiosk-ui");
  private static final Place BACKEND = new Place("hub", "backend");
  private final Drained own = Drained.now("job", KIOSK, true, "dG9rZW4=", NOW);
  private final Drained others = Drained.now("job", BACKEND, false, "dG9rZW4=", NOW);

  @Test
  void ownRestart_isHandedBackAtVerifyAndKeptUntilTheEnd() {
    assertThat(own.wanted()).as("the old process must not get it").isFalse();
    Drained verifying = own.after(Step.VERIFY);
    assertThat(verifying.wanted()).isTrue();
    Drained handed = verifying.afterHandover();
    assertThat(handed.wanted()).isFalse();
    assertThat(handed.isOver()).isFalse();
    assertThat(handed.after(Step.VERIFY).after(Step.COMMIT).wanted()).isFalse();
    assertThat(handed.after(Step.COMMIT).afterEnd().isOver()).isTrue();
  }

  @Test
  @Tag("R92")
  void ownRestart_reverted_isHandedToTheOldVersionToo() {
    Drained handed = own.after(Step.VERIFY).afterHandover();
    Drained reverting = handed.after(Step.REVERT);
    assertThat(reverting.wanted()).isFalse();
    Drained ended = reverting.afterEnd();
    assertThat(ended.wanted()).isTrue();
    assertThat(ended.isOver()).isFalse();
    assertThat(ended.afterHandover().isOver()).isTrue();
  }

  @Test
  void ownRestart_neverHappened_isHandedBackAtTheEnd() {
    assertThat(own.afterEnd().wanted()).isTrue();
  }

  @Test
  @Tag("R104")
  void backendRestart_isHandedBackAtCommitNotBefore() {
    assertThat(others.after(Step.VERIFY).wanted()).isFalse();
    Drained committed = others.after(Step.COMMIT);
    assertThat(committed.wanted()).isTrue();
    assertThat(committed.afterHandover().afterEnd().isOver()).isTrue();
  }

  @Test
  void afterRestartOfThisProcess_isHandedBack() {
    assertThat(own.afterRestart().wanted()).isTrue();
    assertThat(own.after(Step.VERIFY).afterHandover().afterRestart().wanted()).isTrue();
  }

  @Test
  void afterSilence_endMissed_isHandedBackAfterTheLimit() {
    Duration limit = Duration.ofMinutes(15);
    assertThat(others.afterSilence(NOW.plusSeconds(60), limit)).isSameAs(others);
    assertThat(others.afterSilence(NOW.plus(limit), limit).wanted()).isTrue();
  }

  @Test
  void isOf_onlyItsOwnInstallOrTheWholeDeployment() {
    assertThat(others.isOf("job", BACKEND)).isTrue();
    assertThat(others.isOf("job", new Place("", ""))).isTrue();
    assertThat(others.isOf("job", KIOSK)).isFalse();
    assertThat(others.isOf("other", BACKEND)).isFalse();
  }
}
