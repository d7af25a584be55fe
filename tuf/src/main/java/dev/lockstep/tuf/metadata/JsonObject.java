package dev.lockstep.tuf.metadata;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An immutable JSON object: a target's {@code custom} part, or the fields of a document that nobody
 * here knows and that must survive (specification section 4.2, "unrecognized fields").
 */
public final class JsonObject {
  public static final JsonObject EMPTY = new JsonObject(JsonNodeFactory.instance.objectNode());

  private final ObjectNode node;

  private JsonObject(ObjectNode node) {
    this.node = node;
  }

  /** Takes a copy of an object. */
  public static JsonObject of(ObjectNode object) {
    return object.isEmpty() ? EMPTY : new JsonObject(object.deepCopy());
  }

  /** Parses the text of a JSON object; throws {@link MalformedMetadataException} otherwise. */
  public static JsonObject parse(String json) {
    JsonNode parsed = MetadataJson.parse(json.getBytes(StandardCharsets.UTF_8), "custom");
    if (!parsed.isObject()) {
      throw new MalformedMetadataException("custom is not a JSON object");
    }
    return new JsonObject((ObjectNode) parsed);
  }

  /** Takes a node that the parser made and nobody else will change. */
  static JsonObject owned(ObjectNode object) {
    return object.isEmpty() ? EMPTY : new JsonObject(object);
  }

  /** The fields of an object besides the known ones. */
  static JsonObject rest(ObjectNode object, Set<String> known) {
    ObjectNode rest = null;
    for (String name : object.propertyNames()) {
      if (!known.contains(name)) {
        if (rest == null) {
          rest = JsonNodeFactory.instance.objectNode();
        }
        rest.set(name, object.get(name));
      }
    }
    return rest == null ? EMPTY : new JsonObject(rest);
  }

  public boolean isEmpty() {
    return node.isEmpty();
  }

  /** A copy that the caller may change. */
  public ObjectNode toNode() {
    return node.deepCopy();
  }

  /** Adds these fields to an object that is being written. */
  void writeInto(ObjectNode target) {
    for (String name : node.propertyNames()) {
      target.set(name, node.get(name).deepCopy());
    }
  }

  /** The compact JSON text. */
  public String toJson() {
    return node.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JsonObject that && node.equals(that.node);
  }

  @Override
  public int hashCode() {
    return node.hashCode();
  }

  @Override
  public String toString() {
    return toJson();
  }
}
