package dev.lockstep.tuf.metadata;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * A delegation to one named role.
 *
 * @param terminating whether the search ends here if this role does not list the target
 * @param paths shell-style patterns; empty if hash prefixes are given
 * @param pathHashPrefixes beginnings of the hexadecimal SHA-256 of a target path
 */
public record DelegatedRole(
    String name,
    RoleKeys keys,
    boolean terminating,
    List<String> paths,
    List<String> pathHashPrefixes,
    JsonObject extra) {
  private static final Set<String> FIELDS =
      Set.of("name", "keyids", "threshold", "terminating", "paths", "path_hash_prefixes");

  public DelegatedRole {
    if (name.isEmpty() || RoleType.TOP_LEVEL.contains(name)) {
      throw new MalformedMetadataException("a delegated role cannot have the name \"" + name + '"');
    }
    paths = List.copyOf(paths);
    pathHashPrefixes = List.copyOf(pathHashPrefixes);
    if (!paths.isEmpty() && !pathHashPrefixes.isEmpty()) {
      throw new MalformedMetadataException(
          "the delegated role " + name + " has both paths and path_hash_prefixes");
    }
  }

  /** A delegation by path patterns. */
  public static DelegatedRole byPaths(
      String name, RoleKeys keys, boolean terminating, List<String> paths) {
    return new DelegatedRole(name, keys, terminating, paths, List.of(), JsonObject.EMPTY);
  }

  static DelegatedRole fromJson(ObjectNode json) {
    if (json.has("paths") == json.has("path_hash_prefixes")) {
      throw new MalformedMetadataException(
          "a delegated role needs either paths or path_hash_prefixes, one of them");
    }
    return new DelegatedRole(
        MetadataJson.string(json, "name"),
        RoleKeys.fromJson(json, JsonObject.EMPTY),
        MetadataJson.bool(json, "terminating"),
        json.has("paths") ? MetadataJson.strings(json, "paths") : List.of(),
        json.has("path_hash_prefixes")
            ? MetadataJson.strings(json, "path_hash_prefixes")
            : List.of(),
        JsonObject.rest(json, FIELDS));
  }

  /** Whether this role may list a target path. */
  public boolean mayList(String targetPath) {
    if (!pathHashPrefixes.isEmpty()) {
      String hash = Hashes.hex("sha256", targetPath.getBytes(StandardCharsets.UTF_8));
      return pathHashPrefixes.stream()
          .anyMatch(prefix -> hash.startsWith(prefix.toLowerCase(Locale.ROOT)));
    }
    return paths.stream().anyMatch(pattern -> PathPattern.matches(pattern, targetPath));
  }

  /** Whether this role may list a target path that begins with a prefix; no only if surely not. */
  boolean mayListBelow(String prefix) {
    return !pathHashPrefixes.isEmpty()
        || paths.stream().anyMatch(pattern -> PathPattern.mayMatchBelow(pattern, prefix));
  }

  ObjectNode toJson() {
    ObjectNode json = MetadataJson.newObject();
    json.put("name", name);
    keys.writeInto(json);
    json.put("terminating", terminating);
    if (pathHashPrefixes.isEmpty()) {
      json.set("paths", MetadataJson.stringsToJson(paths));
    } else {
      json.set("path_hash_prefixes", MetadataJson.stringsToJson(pathHashPrefixes));
    }
    extra.writeInto(json);
    return json;
  }
}
