package dev.lockstep.tuf.metadata;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which keys may sign for a role, and how many of them must.
 *
 * @param keyIds without repetitions
 * @param threshold at least 1
 */
public record RoleKeys(List<String> keyIds, int threshold, JsonObject extra) {
  public RoleKeys {
    keyIds = List.copyOf(keyIds);
    if (new HashSet<>(keyIds).size() != keyIds.size()) {
      throw new MalformedMetadataException("a key id is listed twice for one role");
    }
    if (threshold < 1) {
      throw new MalformedMetadataException("the threshold is " + threshold + ", less than 1");
    }
  }

  public static RoleKeys of(List<String> keyIds, int threshold) {
    return new RoleKeys(keyIds, threshold, JsonObject.EMPTY);
  }

  static RoleKeys fromJson(ObjectNode json) {
    return fromJson(json, JsonObject.rest(json, Set.of("keyids", "threshold")));
  }

  static RoleKeys fromJson(ObjectNode json, JsonObject extra) {
    long threshold = MetadataJson.integer(json, "threshold", 1);
    if (threshold > Integer.MAX_VALUE) {
      throw new MalformedMetadataException("the threshold " + threshold + " cannot be met");
    }
    return new RoleKeys(MetadataJson.strings(json, "keyids"), (int) threshold, extra);
  }

  ObjectNode toJson() {
    ObjectNode json = MetadataJson.newObject();
    writeInto(json);
    return json;
  }

  void writeInto(ObjectNode json) {
    json.set("keyids", MetadataJson.stringsToJson(keyIds));
    json.put("threshold", threshold);
    extra.writeInto(json);
  }
}
