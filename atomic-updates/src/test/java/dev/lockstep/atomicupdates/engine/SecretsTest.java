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
          {"password": "two words", "user": 1} | {"password": "***", "user": 1}
          AWS_SECRET_ACCESS_KEY=abc/def region | AWS_SECRET_ACCESS_KEY=*** region
          private_key=MIIEvQ more              | private_key=*** more
          tool --password hunter2 --fast       | tool --password *** --fast
          tool --db-password=hunter2 --fast    | tool --db-password=*** --fast
          Cookie: session=abcdef; a=b          | Cookie: ***; a=b
          the token is missing                 | the token is missing
          tokens: 5 of 7                       | tokens: *** of 7
          nothing secret here: 42              | nothing secret here: 42
          """)
  @Tag("R177")
  @Tag("R148")
  void mask(String text, String masked) {
    assertThat(Secrets.mask(text)).isEqualTo(masked);
  }
}
