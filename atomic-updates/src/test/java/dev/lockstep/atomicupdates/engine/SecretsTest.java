package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          password=hunter2 and more            | password=*** and more
          Authorization: Bearer abcdefgh.ijkl  | Authorization: Bearer ***
          GET https://me:pw@host/x             | GET https://***@host/x
          {"api_key": "k123"}                  | {"api_key": "***"}
          nothing secret here: 42              | nothing secret here: 42
          """)
  @Tag("R177")
  @Tag("R148")
  void mask(String text, String masked) {
    assertThat(Secrets.mask(text)).isEqualTo(masked);
  }
}
