package dev.lockstep.tuf.metadata;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * What targets metadata says of one target file.
 *
 * @param length bytes
 * @param hashes algorithm to hexadecimal digest, at least one
 * @param custom the publisher's own facts; empty if there are none
 */
public record TargetDescription(
    long length, Map<String, String> hashes, JsonObject custom, JsonObject extra) {
  private static final Set<String> FIELDS = Set.of("length", "hashes", "custom");

  public TargetDescription {
    hashes = Collections.unmodifiableMap(new LinkedHashMap<>(hashes));
    if (hashes.isEmpty()) {
      throw new MalformedMetadataException("a target has no hash");
    }
  }

  public static TargetDescription of(long length, Map<String, String> hashes, JsonObject custom) {
    return new TargetDescription(length, hashes, custom, JsonObject.EMPTY);
  }

  static TargetDescription fromJson(ObjectNode json) {
    return new TargetDescription(
        MetadataJson.integer(json, "length", 0),
        MetadataJson.hashes(json),
        json.has("custom")
            ? JsonObject.owned(MetadataJson.object(json, "custom"))
            : JsonObject.EMPTY,
        JsonObject.rest(json, FIELDS));
  }

  ObjectNode toJson() {
    ObjectNode json = MetadataJson.newObject();
    json.put("length", length);
    json.set("hashes", MetadataJson.hashesToJson(hashes));
    if (!custom.isEmpty()) {
      json.set("custom", custom.toNode());
    }
    extra.writeInto(json);
    return json;
  }
}
