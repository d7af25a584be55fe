package dev.lockstep.protocol.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R28")
@Tag("R159")
class BuildIdTest {

  @Test
  void parse_dateAndNumber_givesBoth() {
    BuildId id = BuildId.parse("2026-11-21.3");

    assertThat(id)
        .isEqualTo(new BuildId(LocalDate.of(2026, 11, 21), 3))
        .hasToString("2026-11-21.3");
  }

  @Test
  void compareTo_severalBuilds_isByDateThenNumber() {
    List<String> ordered = List.of("2025-12-31.9", "2026-11-21.2", "2026-11-21.10", "2026-11-22.1");

    assertThat(ordered.stream().map(BuildId::parse).sorted(Comparator.reverseOrder()).sorted())
        .extracting(BuildId::toString)
        .containsExactlyElementsOf(ordered);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "1.2.3",
        "2026-11-21",
        "2026-11-21.0",
        "2026-11-21.01",
        "2026-02-30.1",
        "2026-13-01.1",
        "20261121.1",
        "2026-11-21-1",
        "2026-11-21.1000000",
        "0000-01-01.1",
        "2026-11-21.1\n"
      })
  void parse_anythingElse_isAnError(String text) {
    assertThatThrownBy(() -> BuildId.parse(text))
        .isInstanceOf(MalformedVersionException.class)
        .hasMessageContaining("write it as 2026-11-21.1");
  }

  @Test
  void create_partOutOfRange_isAnError() {
    LocalDate day = LocalDate.of(2026, 11, 21);

    assertThatThrownBy(() -> new BuildId(day, 0)).isInstanceOf(MalformedVersionException.class);
    assertThatThrownBy(() -> new BuildId(day, 1_000_000))
        .isInstanceOf(MalformedVersionException.class);
    assertThatThrownBy(() -> new BuildId(LocalDate.of(10_000, 1, 1), 1))
        .isInstanceOf(MalformedVersionException.class);
  }

  @Test
  void parse_buildIdAndVersion_areNeverTheSameText() {
    assertThat(ReleaseVersion.isValid("2026-11-21.3")).isFalse();
    assertThatThrownBy(() -> BuildId.parse("2026.11.21")).isInstanceOf(RuntimeException.class);
  }
}
