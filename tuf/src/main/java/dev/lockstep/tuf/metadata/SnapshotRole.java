package dev.lockstep.tuf.metadata;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * Snapshot metadata: which versions of all targets documents belong together (section 4.4).
 *
 * @param meta by file name, for example {@code targets.json}
 */
public record SnapshotRole(Header header, Map<String, MetaFile> meta, JsonObject extra)
    implements Role {
  private static final Set<String> FIELDS =
      Set.of("_type", "spec_version", "version", "expires", "meta");

  public SnapshotRole {
    meta = Collections.unmodifiableMap(new LinkedHashMap<>(meta));
  }

  public static SnapshotRole of(Header header, Map<String, MetaFile> meta) {
    return new SnapshotRole(header, meta, JsonObject.EMPTY);
  }

  static SnapshotRole fromJson(ObjectNode json) {
    return new SnapshotRole(
        Header.fromJson(json),
        MetadataJson.map(json, "meta", (name, file) -> MetaFile.fromJson(file)),
        JsonObject.rest(json, FIELDS));
  }

  /** What it says of a role's document. */
  public Optional<MetaFile> of(String role) {
    return Optional.ofNullable(meta.get(role + ".json"));
  }

  @Override
  public RoleType<SnapshotRole> type() {
    return RoleType.SNAPSHOT;
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = header.startJson(RoleType.SNAPSHOT);
    ObjectNode metaJson = json.putObject("meta");
    meta.forEach((name, file) -> metaJson.set(name, file.toJson()));
    extra.writeInto(json);
    return json;
  }
}
