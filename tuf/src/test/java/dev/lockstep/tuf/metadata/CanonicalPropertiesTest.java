package dev.lockstep.tuf.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What holds for every JSON value's canonical form. */
class CanonicalPropertiesTest {
  private static final JsonMapper JSON = new JsonMapper();

  @Property(edgeCases = EdgeCasesMode.NONE)
  void encode_valueWithoutControlCharacters_isJsonOfTheSameValue(@ForAll("values") JsonNode value) {
    assertThat(JSON.readTree(Canonical.encode(value))).isEqualTo(value);
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void encode_canonicalFormReadAgain_isTheSame(@ForAll("values") JsonNode value) {
    byte[] once = Canonical.encode(value);

    assertThat(Canonical.encode(JSON.readTree(once))).isEqualTo(once);
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void encode_otherOrderAndSpacing_givesTheSameBytes(@ForAll("values") JsonNode value) {
    String pretty = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(reversed(value));

    assertThat(Canonical.encode(JSON.readTree(pretty))).isEqualTo(Canonical.encode(value));
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void encode_twoStrings_areTheSameOnlyIfEqual(
      @ForAll("texts") String a, @ForAll("texts") String b) {
    byte[] left = Canonical.encode(JsonNodeFactory.instance.stringNode(a));
    byte[] right = Canonical.encode(JsonNodeFactory.instance.stringNode(b));

    assertThat(java.util.Arrays.equals(left, right)).isEqualTo(a.equals(b));
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void byCodePoint_ordersLikeUtf8Bytes(@ForAll("texts") String a, @ForAll("texts") String b) {
    int bytes =
        java.util.Arrays.compareUnsigned(
            a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    assertThat(Integer.signum(Canonical.BY_CODE_POINT.compare(a, b)))
        .isEqualTo(Integer.signum(bytes));
  }

  @Provide
  Arbitrary<String> texts() {
    // Whole code points only; control characters stand unescaped in the canonical form, which is
    // not JSON then.
    return Arbitraries.integers()
        .between(0x20, 0x10ffff)
        .filter(c -> c < 0xd800 || c > 0xdfff)
        .list()
        .ofMaxSize(8)
        .map(
            points -> {
              StringBuilder text = new StringBuilder();
              points.forEach(text::appendCodePoint);
              return text.toString();
            });
  }

  @Provide
  Arbitrary<JsonNode> values() {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    Arbitrary<JsonNode> leaves =
        Arbitraries.oneOf(
            Arbitraries.integers().map(nodes::numberNode),
            Arbitraries.of(true, false).map(nodes::booleanNode),
            Arbitraries.just(nodes.nullNode()),
            texts().map(nodes::stringNode));
    return Arbitraries.recursive(() -> leaves, this::container, 0, 3);
  }

  private Arbitrary<JsonNode> container(Arbitrary<JsonNode> inner) {
    Arbitrary<JsonNode> arrays =
        inner
            .list()
            .ofMaxSize(3)
            .map(
                list -> {
                  ArrayNode array = JsonNodeFactory.instance.arrayNode();
                  list.forEach(array::add);
                  return array;
                });
    Arbitrary<JsonNode> objects =
        Arbitraries.maps(texts(), inner)
            .ofMaxSize(3)
            .map(
                map -> {
                  ObjectNode object = JsonNodeFactory.instance.objectNode();
                  map.forEach(object::set);
                  return object;
                });
    return Arbitraries.oneOf(arrays, objects);
  }

  private static JsonNode reversed(JsonNode value) {
    if (value.isObject()) {
      ObjectNode result = JsonNodeFactory.instance.objectNode();
      List<Map.Entry<String, JsonNode>> fields = new ArrayList<>(value.properties());
      Collections.reverse(fields);
      fields.forEach(field -> result.set(field.getKey(), reversed(field.getValue())));
      return result;
    }
    if (value.isArray()) {
      ArrayNode result = JsonNodeFactory.instance.arrayNode();
      value.forEach(element -> result.add(reversed(element)));
      return result;
    }
    return value;
  }
}
