package dev.lockstep.tuf.metadata;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * Root metadata: which keys are trusted for which top-level role (specification section 4.3).
 *
 * @param keys by key id
 * @param roles by role name; always has root, timestamp, snapshot and targets
 */
public record RootRole(
    Header header,
    boolean consistentSnapshot,
    Map<String, Key> keys,
    Map<String, RoleKeys> roles,
    JsonObject extra)
    implements Role {
  private static final Set<String> FIELDS =
      Set.of("_type", "spec_version", "version", "expires", "consistent_snapshot", "keys", "roles");

  public RootRole {
    keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
    roles = Collections.unmodifiableMap(new LinkedHashMap<>(roles));
    for (String name : RoleType.TOP_LEVEL) {
      if (!roles.containsKey(name)) {
        throw new MalformedMetadataException("the root has no keys for the role " + name);
      }
    }
  }

  /** A root without unknown fields. */
  public static RootRole of(
      Header header,
      boolean consistentSnapshot,
      Map<String, Key> keys,
      Map<String, RoleKeys> roles) {
    return new RootRole(header, consistentSnapshot, keys, roles, JsonObject.EMPTY);
  }

  static RootRole fromJson(ObjectNode json) {
    return new RootRole(
        Header.fromJson(json),
        // Optional in the specification; a repository that says nothing does not use them.
        json.has("consistent_snapshot") && MetadataJson.bool(json, "consistent_snapshot"),
        MetadataJson.map(json, "keys", (id, key) -> Key.fromJson(key)),
        MetadataJson.map(json, "roles", (name, role) -> RoleKeys.fromJson(role)),
        JsonObject.rest(json, FIELDS));
  }

  @Override
  public RoleType<RootRole> type() {
    return RoleType.ROOT;
  }

  /** Who may sign for a top-level role. */
  public RoleKeys keysOf(RoleType<?> type) {
    return roles.get(type.name());
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = header.startJson(RoleType.ROOT);
    json.put("consistent_snapshot", consistentSnapshot);
    ObjectNode keysJson = json.putObject("keys");
    keys.forEach((id, key) -> keysJson.set(id, key.toJson()));
    ObjectNode rolesJson = json.putObject("roles");
    roles.forEach((name, role) -> rolesJson.set(name, role.toJson()));
    extra.writeInto(json);
    return json;
  }
}
