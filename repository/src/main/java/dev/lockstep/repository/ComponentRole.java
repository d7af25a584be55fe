package dev.lockstep.repository;

import dev.lockstep.tuf.metadata.DelegatedRole;
import dev.lockstep.tuf.metadata.Delegations;
import dev.lockstep.tuf.metadata.Key;
import dev.lockstep.tuf.metadata.RoleKeys;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The role of one component in one channel: {@code stable-backend} lists {@code stable/backend/…}.
 * Its channel delegates to it, with the channel's own keys, once the channel lists many targets;
 * before, the channel lists them itself. A reader finds them either way by their path.
 */
final class ComponentRole {
  private ComponentRole() {}

  static String name(String channel, String component) {
    return channel + "-" + component;
  }

  /** Where the targets of a component are. */
  static String folder(String channel, String component) {
    return channel + "/" + component + "/";
  }

  /** Whether it is the role of a component, and not of a channel or a top-level one. */
  static boolean isOne(String role) {
    return !keyHolder(role).equals(role);
  }

  /** Whose keys sign a role: a component's is signed with its channel's. */
  static String keyHolder(String role) {
    return RepositorySettings.CHANNELS.stream()
        .filter(channel -> role.startsWith(channel + "-"))
        .findFirst()
        .orElse(role);
  }

  /** A channel's delegations with one more component. */
  static Delegations with(
      Optional<Delegations> before, String channel, String component, Delegations toChannels) {
    List<DelegatedRole> roles = new ArrayList<>();
    before.ifPresent(delegations -> roles.addAll(delegations.roles()));
    roles.add(
        DelegatedRole.byPaths(
            name(channel, component),
            keysOf(channel, toChannels),
            true,
            List.of(folder(channel, component) + "*")));
    roles.sort(Comparator.comparing(DelegatedRole::name));
    return Delegations.of(keysIn(channel, toChannels), roles);
  }

  /** A channel's delegations after its keys were replaced. */
  static Delegations rekeyed(Delegations before, String channel, Delegations toChannels) {
    List<DelegatedRole> roles = new ArrayList<>();
    for (DelegatedRole role : before.roles()) {
      roles.add(
          new DelegatedRole(
              role.name(),
              keysOf(channel, toChannels),
              role.terminating(),
              role.paths(),
              role.pathHashPrefixes(),
              role.extra()));
    }
    return new Delegations(keysIn(channel, toChannels), roles, before.succinct(), before.extra());
  }

  private static RoleKeys keysOf(String channel, Delegations toChannels) {
    return toChannels.roleNamed(channel).orElseThrow().keys();
  }

  private static Map<String, Key> keysIn(String channel, Delegations toChannels) {
    Map<String, Key> keys = new LinkedHashMap<>();
    keysOf(channel, toChannels).keyIds().forEach(id -> keys.put(id, toChannels.keys().get(id)));
    return keys;
  }
}
