package dev.lockstep.repository;

import dev.lockstep.repository.RepositoryDirectory.CurrentMetadata;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.repository.key.PublicKeyFile;
import dev.lockstep.tuf.metadata.DelegatedRole;
import dev.lockstep.tuf.metadata.Delegations;
import dev.lockstep.tuf.metadata.Key;
import dev.lockstep.tuf.metadata.RoleKeys;
import dev.lockstep.tuf.metadata.RoleType;
import dev.lockstep.tuf.metadata.RootRole;
import dev.lockstep.tuf.metadata.TargetsRole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Turns a rotation into the documents that it changes. */
final class RotationPlan {
  private final RepositoryDirectory directory;
  private final CurrentMetadata current;
  private final MetadataWriter metadata;
  private final KeyFolder keys;
  private final Rotation rotation;
  private final String what;

  RotationPlan(
      RepositoryDirectory directory,
      CurrentMetadata current,
      MetadataWriter metadata,
      KeyFolder keys,
      Rotation rotation) {
    this.directory = directory;
    this.current = current;
    this.metadata = metadata;
    this.keys = keys;
    this.rotation = rotation;
    this.what = "rotate the keys of " + rotation.role();
  }

  /** Adds the documents to a change; new keys are made for them. */
  Change addTo(Change change) {
    return RoleType.TOP_LEVEL.contains(rotation.role()) ? ofTopLevel(change) : ofChannel(change);
  }

  private Change ofTopLevel(Change earlier) {
    RootRole before = earlier.root();
    Map<String, Key> known = new LinkedHashMap<>(before.keys());
    RoleKeys next = rotated(before.roles().get(rotation.role()), known);
    Map<String, RoleKeys> roles = new LinkedHashMap<>(before.roles());
    roles.put(rotation.role(), next);
    RootRole root =
        new RootRole(
            metadata.header("root", current.root().role().version() + 1),
            before.consistentSnapshot(),
            used(known, roles.values()),
            roles,
            before.extra());
    Change change = earlier.with(root);
    if (!rotation.role().equals("targets")) {
      return change;
    }
    return change.with("targets", next(change, change.delegations()));
  }

  private TargetsRole next(Change change, Delegations delegations) {
    TargetsRole targets = change.trustedTargets().role();
    return new TargetsRole(
        metadata.header("targets", targets.version() + 1),
        targets.targets(),
        Optional.of(delegations),
        targets.extra());
  }

  private Change ofChannel(Change earlier) {
    String channel = rotation.role();
    Delegations before = earlier.delegations();
    Map<String, Key> known = new LinkedHashMap<>(before.keys());
    List<DelegatedRole> roles = new ArrayList<>();
    for (DelegatedRole role : before.roles()) {
      roles.add(role.name().equals(channel) ? with(role, rotated(role.keys(), known)) : role);
    }
    Delegations next =
        new Delegations(
            used(known, roles.stream().map(DelegatedRole::keys).toList()),
            roles,
            before.succinct(),
            before.extra());
    Change change = earlier.with("targets", next(earlier, next));
    for (String role : directory.rolesOf(current, channel)) {
      change = change.with(role, signedByOthers(role, next));
    }
    return change;
  }

  /** The next document of a channel, or of a component in it, which has the channel's keys. */
  private TargetsRole signedByOthers(String role, Delegations toChannels) {
    TargetsRole listed = directory.role(current, role).role();
    return new TargetsRole(
        metadata.header(role, listed.version() + 1),
        listed.targets(),
        listed
            .delegations()
            .map(delegations -> ComponentRole.rekeyed(delegations, role, toChannels)),
        listed.extra());
  }

  private static DelegatedRole with(DelegatedRole role, RoleKeys keys) {
    return new DelegatedRole(
        role.name(), keys, role.terminating(), role.paths(), role.pathHashPrefixes(), role.extra());
  }

  private static Map<String, Key> used(Map<String, Key> known, Iterable<RoleKeys> roles) {
    Map<String, Key> used = new LinkedHashMap<>();
    for (RoleKeys role : roles) {
      role.keyIds().forEach(id -> used.put(id, known.get(id)));
    }
    return used;
  }

  private RoleKeys rotated(RoleKeys before, Map<String, Key> known) {
    Set<String> removed = removed(before);
    int added = rotation.keepsAll() ? 1 : removed.size();
    int threshold = rotation.threshold().orElse(before.threshold());
    int remaining = before.keyIds().size() - removed.size();
    int total = remaining + (rotation.given().isEmpty() ? added : rotation.given().size());
    if (threshold < 1 || threshold > total) {
      throw refused("%d of %d keys cannot sign".formatted(threshold, total), "--threshold");
    }
    Set<String> ids = new TreeSet<>(before.keyIds());
    ids.removeAll(removed);
    for (Key key : rotation.given().isEmpty() ? make(added) : rotation.given()) {
      if (before.keyIds().contains(key.id())) {
        throw refused("the role has key " + key.id() + " already", "--public-key");
      }
      known.put(key.id(), key);
      ids.add(key.id());
    }
    return new RoleKeys(List.copyOf(ids), threshold, before.extra());
  }

  private Set<String> removed(RoleKeys before) {
    if (rotation.keepsAll()) {
      return Set.of();
    }
    if (rotation.replaced().isEmpty()) {
      return Set.copyOf(before.keyIds());
    }
    Set<String> removed = new TreeSet<>();
    for (String start : rotation.replaced()) {
      List<String> matching = before.keyIds().stream().filter(id -> id.startsWith(start)).toList();
      if (matching.size() != 1) {
        throw refused(
            "%d of its keys %s begin with \"%s\""
                .formatted(matching.size(), before.keyIds(), start),
            "--replace");
      }
      removed.addAll(matching);
    }
    return removed;
  }

  private List<Key> make(int count) {
    List<Key> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      made.add(PublicKeyFile.read(keys.generate(rotation.role(), rotation.type())).key());
    }
    return made;
  }

  private RepositoryException refused(String why, String option) {
    return new RepositoryException.Refused(what, why, "correct " + option);
  }
}
