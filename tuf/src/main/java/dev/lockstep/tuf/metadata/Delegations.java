package dev.lockstep.tuf.metadata;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who else may list targets: named roles in order of preference, or succinct hash bins (TAP 15).
 *
 * @param keys by key id
 * @param roles empty if {@code succinct} is given
 */
public record Delegations(
    Map<String, Key> keys,
    List<DelegatedRole> roles,
    Optional<SuccinctRoles> succinct,
    JsonObject extra) {
  private static final Set<String> FIELDS = Set.of("keys", "roles", "succinct_roles");

  public Delegations {
    keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
    roles = List.copyOf(roles);
    Set<String> names = new HashSet<>();
    for (DelegatedRole role : roles) {
      if (!names.add(role.name())) {
        throw new MalformedMetadataException("the role " + role.name() + " is delegated twice");
      }
    }
    if (succinct.isPresent() && !roles.isEmpty()) {
      throw new MalformedMetadataException("both roles and succinct_roles are given");
    }
  }

  public static Delegations of(Map<String, Key> keys, List<DelegatedRole> roles) {
    return new Delegations(keys, roles, Optional.empty(), JsonObject.EMPTY);
  }

  public static Delegations of(Map<String, Key> keys, SuccinctRoles succinct) {
    return new Delegations(keys, List.of(), Optional.of(succinct), JsonObject.EMPTY);
  }

  static Delegations fromJson(ObjectNode json) {
    if (json.has("roles") == json.has("succinct_roles")) {
      throw new MalformedMetadataException(
          "delegations need either roles or succinct_roles, one of them");
    }
    List<DelegatedRole> roles = new ArrayList<>();
    if (json.has("roles")) {
      for (JsonNode role : MetadataJson.array(json, "roles")) {
        roles.add(DelegatedRole.fromJson(MetadataJson.asObject(role, "a delegated role")));
      }
    }
    return new Delegations(
        MetadataJson.map(json, "keys", (id, key) -> Key.fromJson(key)),
        roles,
        json.has("succinct_roles")
            ? Optional.of(SuccinctRoles.fromJson(MetadataJson.object(json, "succinct_roles")))
            : Optional.empty(),
        JsonObject.rest(json, FIELDS));
  }

  /** The roles that may list a target path, in order of preference. */
  public List<DelegatedRole> rolesFor(String targetPath) {
    if (succinct.isPresent()) {
      return List.of(succinct.get().roleFor(targetPath));
    }
    return roles.stream().filter(role -> role.mayList(targetPath)).toList();
  }

  /**
   * The roles that may list a target path that begins with a prefix, in order of preference, one at
   * a time: hash bins may be very many.
   */
  public Stream<DelegatedRole> rolesBelow(String prefix) {
    return succinct
        .map(SuccinctRoles::all)
        .orElseGet(() -> roles.stream().filter(role -> role.mayListBelow(prefix)));
  }

  /** The delegation to a role of that name, whatever it may list. */
  public Optional<DelegatedRole> roleNamed(String name) {
    if (succinct.isPresent()) {
      return succinct.get().roleNamed(name);
    }
    return roles.stream().filter(role -> role.name().equals(name)).findFirst();
  }

  ObjectNode toJson() {
    ObjectNode json = MetadataJson.newObject();
    ObjectNode keysJson = json.putObject("keys");
    keys.forEach((id, key) -> keysJson.set(id, key.toJson()));
    if (succinct.isPresent()) {
      json.set("succinct_roles", succinct.get().toJson());
    } else {
      ArrayNode rolesJson = json.putArray("roles");
      roles.forEach(role -> rolesJson.add(role.toJson()));
    }
    extra.writeInto(json);
    return json;
  }
}
