package dev.lockstep.tuf.metadata;

import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * Timestamp metadata: which snapshot is current (specification section 4.6).
 *
 * @param snapshot what it says of {@code snapshot.json}
 */
public record TimestampRole(Header header, MetaFile snapshot, JsonObject extra) implements Role {
  private static final Set<String> FIELDS =
      Set.of("_type", "spec_version", "version", "expires", "meta");

  public static TimestampRole of(Header header, MetaFile snapshot) {
    return new TimestampRole(header, snapshot, JsonObject.EMPTY);
  }

  static TimestampRole fromJson(ObjectNode json) {
    ObjectNode meta = MetadataJson.object(json, "meta");
    return new TimestampRole(
        Header.fromJson(json),
        MetaFile.fromJson(MetadataJson.object(meta, "snapshot.json")),
        JsonObject.rest(json, FIELDS));
  }

  @Override
  public RoleType<TimestampRole> type() {
    return RoleType.TIMESTAMP;
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = header.startJson(RoleType.TIMESTAMP);
    json.putObject("meta").set("snapshot.json", snapshot.toJson());
    extra.writeInto(json);
    return json;
  }
}
