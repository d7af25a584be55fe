package dev.lockstep.tuf.metadata;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads fields out of parsed JSON, each with an error that names the field. */
final class MetadataJson {
  /** Two fields of one name would let two readers see two different documents: refused. */
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{1,256}");

  private MetadataJson() {}

  static JsonNode parse(byte[] bytes, String what) {
    try {
      JsonNode node = MAPPER.readTree(bytes);
      if (node == null || node.isMissingNode()) {
        throw new MalformedMetadataException(what + " is empty");
      }
      return node;
    } catch (JacksonException e) {
      throw new MalformedMetadataException(
          what + " is not valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  static ObjectNode object(JsonNode parent, String field) {
    JsonNode value = parent.get(field);
    if (value == null || !value.isObject()) {
      throw new MalformedMetadataException("field " + field + " is not an object");
    }
    return (ObjectNode) value;
  }

  static ObjectNode asObject(JsonNode value, String what) {
    if (!value.isObject()) {
      throw new MalformedMetadataException(what + " is not an object");
    }
    return (ObjectNode) value;
  }

  static ArrayNode array(JsonNode parent, String field) {
    JsonNode value = parent.get(field);
    if (value == null || !value.isArray()) {
      throw new MalformedMetadataException("field " + field + " is not a list");
    }
    return (ArrayNode) value;
  }

  static String string(JsonNode parent, String field) {
    JsonNode value = parent.get(field);
    if (value == null || !value.isString()) {
      throw new MalformedMetadataException("field " + field + " is not text");
    }
    return value.stringValue();
  }

  static boolean bool(JsonNode parent, String field) {
    JsonNode value = parent.get(field);
    if (value == null || !value.isBoolean()) {
      throw new MalformedMetadataException("field " + field + " is not true or false");
    }
    return value.booleanValue();
  }

  /** An integer of at least {@code least}. */
  static long integer(JsonNode parent, String field, long least) {
    JsonNode value = parent.get(field);
    if (value == null || !value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new MalformedMetadataException("field " + field + " is not an integer");
    }
    if (value.longValue() < least) {
      throw new MalformedMetadataException(
          "field " + field + " is " + value.longValue() + ", less than " + least);
    }
    return value.longValue();
  }

  static Instant instant(JsonNode parent, String field) {
    String text = string(parent, field);
    if (!text.endsWith("Z")) {
      throw new MalformedMetadataException("field " + field + " is not a time in UTC: " + text);
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new MalformedMetadataException("field " + field + " is not a time: " + text, e);
    }
  }

  static List<String> strings(JsonNode parent, String field) {
    ArrayNode array = array(parent, field);
    List<String> result = new ArrayList<>(array.size());
    for (JsonNode element : array) {
      if (!element.isString()) {
        throw new MalformedMetadataException("field " + field + " holds something besides text");
      }
      result.add(element.stringValue());
    }
    return List.copyOf(result);
  }

  /** The {@code hashes} of a file: algorithm to lower-case hexadecimal digest. */
  static Map<String, String> hashes(JsonNode parent) {
    ObjectNode object = object(parent, "hashes");
    if (object.isEmpty()) {
      throw new MalformedMetadataException("field hashes is empty");
    }
    Map<String, String> result = new LinkedHashMap<>();
    for (String algorithm : object.propertyNames()) {
      String digest = string(object, algorithm).toLowerCase(Locale.ROOT);
      if (!DIGEST.matcher(digest).matches()) {
        throw new MalformedMetadataException("the " + algorithm + " hash is not hexadecimal");
      }
      result.put(algorithm, digest);
    }
    return Collections.unmodifiableMap(result);
  }

  /** An object read as a map in its own order. */
  static <T> Map<String, T> map(
      JsonNode parent, String field, BiFunction<String, ObjectNode, T> read) {
    ObjectNode object = object(parent, field);
    Map<String, T> result = new LinkedHashMap<>();
    for (String name : object.propertyNames()) {
      result.put(
          name, read.apply(name, asObject(object.get(name), "entry " + name + " of " + field)));
    }
    return Collections.unmodifiableMap(result);
  }

  static ObjectNode newObject() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ObjectNode hashesToJson(Map<String, String> hashes) {
    ObjectNode object = newObject();
    hashes.forEach(object::put);
    return object;
  }

  static ArrayNode stringsToJson(List<String> strings) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    strings.forEach(array::add);
    return array;
  }

  /** The form of a time in metadata: whole seconds in UTC (specification section 4.2.2). */
  static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
