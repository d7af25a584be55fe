package dev.lockstep.tuf.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** OLPC canonical JSON, with examples worked out by hand. */
class CanonicalTest {
  private static final JsonMapper JSON = new JsonMapper();

  private static String canonical(String json) {
    return new String(Canonical.encode(JSON.readTree(json)), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{ } | {}",
        "[ ] | []",
        "[1, 2, 3] | [1,2,3]",
        "{\"b\": 1, \"a\": [true, false, null]} | {\"a\":[true,false,null],\"b\":1}",
        "-0 | 0",
        "123456789012345678901234567890 | 123456789012345678901234567890",
        "\"q\\\" b\\\\ s\\/\" | \"q\\\" b\\\\ s/\"",
        "{\"B\":1,\"a\":2,\"_\":3,\"A\":4} | {\"A\":4,\"B\":1,\"_\":3,\"a\":2}",
        "\"\\u00e4\\u20ac\" | \"ä€\"",
      })
  void encode_example_givesTheCanonicalForm(String json, String expected) {
    assertThat(canonical(json)).isEqualTo(expected);
  }

  @Test
  void encode_controlCharacters_standAsTheyAre() {
    assertThat(canonical("\"a\\nb\\u0000c\\td\"")).isEqualTo("\"a\nb\u0000c\td\"");
  }

  @Test
  void encode_keysAboveTheBasicPlane_areSortedByCodePoint() {
    String belowInUtf16 = "\ud83d\ude00";
    String higherInUtf16 = "\uffee";
    assertThat(belowInUtf16).isLessThan(higherInUtf16);

    assertThat(canonical("{\"" + belowInUtf16 + "\":1,\"" + higherInUtf16 + "\":2}"))
        .isEqualTo("{\"" + higherInUtf16 + "\":2,\"" + belowInUtf16 + "\":1}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1e3", "[0.5]", "{\"a\":{\"b\":1.5}}"})
  void encode_fraction_isRefused(String json) {
    assertThatThrownBy(() -> canonical(json))
        .isInstanceOf(MalformedMetadataException.class)
        .hasMessageContaining("no canonical form");
  }

  @Test
  void encode_halfASurrogatePair_isRefused() {
    assertThatThrownBy(() -> Canonical.encode(JsonNodeFactory.instance.stringNode("a\ud83db")))
        .isInstanceOf(MalformedMetadataException.class);
  }
}
