package dev.lockstep.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTest {
  @Test
  void median_oddAndEven_isTheMiddle() {
    assertThat(Series.of(List.of(9.0, 1.0, 5.0)).median()).isEqualTo(5);
    assertThat(Series.of(List.of(9.0, 1.0, 5.0, 6.0)).median()).isEqualTo(5.5);
  }

  @Test
  void percentile_nearestRank_isAMeasuredValue() {
    Series series = Series.of(List.of(4.0, 3.0, 2.0, 1.0));
    assertThat(series.percentile(50)).isEqualTo(2);
    assertThat(series.percentile(99)).isEqualTo(4);
    assertThat(series.percentile(0)).isEqualTo(1);
  }

  @Test
  void series_nothingMeasured_refused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Series.of(List.of()));
  }
}
