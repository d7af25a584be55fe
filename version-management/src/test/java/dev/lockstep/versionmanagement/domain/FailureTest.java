package dev.lockstep.versionmanagement.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureTest {
  private static final Instant NOW = Instant.parse("2026-11-21T02:30:00Z");

  private static Failure failed(Failure.Kind kind, int earlier) {
    return Failure.next(
        Offer.NONE, "backend", ReleaseVersion.parse("1.2.0"), true, kind, earlier, NOW, "it broke");
  }

  @ParameterizedTest
  @Tag("R179")
  @CsvSource(
      delimiter = '|',
      value = {
        "REVERTED      | 0 | reverted on 2026-11-21 02:30: it broke; ask for it with --again",
        "REVERTED      | 1 | reverted on 2026-11-21 02:30, try 2: it broke; ask for it with --again",
        "REVERT_FAILED | 0 | failed without a way back on 2026-11-21 02:30: it broke; ask for it with --again",
        "NOT_DONE      | 4 | failed on 2026-11-21 02:30, try 5: it broke; ask for it with --again",
        "NOT_DONE      | 0 | failed on 2026-11-21 02:30: it broke; it is tried again after 2026-11-21 02:35",
        "DEFERRED      | 9 | deferred on 2026-11-21 02:30, try 10: it broke; it is tried again after 2026-11-22 02:30",
      })
  void whyWithheld_eachEnd_isOneShortSentence(Failure.Kind kind, int earlier, String expected) {
    assertThat(failed(kind, earlier).whyWithheld(ZoneOffset.UTC)).isEqualTo(expected);
  }

  @Test
  void inWords_time_isThatOfTheHub() {
    assertThat(failed(Failure.Kind.REVERTED, 0).inWords(ZoneId.of("Europe/Berlin")))
        .isEqualTo("reverted on 2026-11-21 03:30: it broke");
  }

  @Test
  @Tag("R179")
  void counts_pause_growsAndEndsAfterFiveTries() {
    assertThat(failed(Failure.Kind.NOT_DONE, 0).notBefore())
        .isEqualTo(NOW.plus(Duration.ofMinutes(5)));
    assertThat(failed(Failure.Kind.NOT_DONE, 3).notBefore())
        .isEqualTo(NOW.plus(Duration.ofMinutes(40)));
    assertThat(failed(Failure.Kind.NOT_DONE, 3).counts(NOW.plus(Duration.ofMinutes(40)))).isFalse();
    assertThat(failed(Failure.Kind.NOT_DONE, 4).counts(NOW.plus(Duration.ofDays(400)))).isTrue();
    assertThat(failed(Failure.Kind.DEFERRED, 40).counts(NOW.plus(Duration.ofDays(1)))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "it broke | it broke",
        "cannot start: it broke; see the log | it broke",
        "cannot install 1.2.0 of hub/backend: cannot keep backend 1.2.0: backend 1.2.0 answered 503"
            + " for 5 s; last log lines: cannot bind: in use; report it"
            + " | backend 1.2.0 answered 503 for 5 s",
        "kiosk-2/kiosk-ui: cannot fetch http://127.0.0.1:8080/a: Connection refused"
            + " | Connection refused",
        "it cannot be | it cannot be",
      })
  void cause_nested_isWhatIsAtTheBottom(String message, String expected) {
    assertThat(Problem.retry(ErrorCode.ERROR_CODE_HEALTH_FAILED, message).cause())
        .isEqualTo(expected);
  }

  @Test
  void cause_long_isCutOff() {
    assertThat(Problem.retry(ErrorCode.ERROR_CODE_HEALTH_FAILED, "x".repeat(5_000)).cause())
        .hasSize(161);
  }
}
