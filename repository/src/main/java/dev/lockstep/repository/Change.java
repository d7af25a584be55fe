package dev.lockstep.repository;

import dev.lockstep.repository.RepositoryDirectory.CurrentMetadata;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.tuf.metadata.DelegatedRole;
import dev.lockstep.tuf.metadata.Delegations;
import dev.lockstep.tuf.metadata.RoleType;
import dev.lockstep.tuf.metadata.RootRole;
import dev.lockstep.tuf.metadata.SignedMetadata;
import dev.lockstep.tuf.metadata.TargetsRole;
import dev.lockstep.tuf.metadata.Verification;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * New documents with the signatures that they have so far, and what decides who must sign them.
 * Snapshot and timestamp follow from them and are not part of it.
 *
 * @param trustedRoot the root that readers know now
 * @param trustedTargets the top-level targets that readers know now
 * @param newRoot the next root, if it changes
 * @param documents the next targets documents by role: {@code targets}, channels, components
 */
record Change(
    SignedMetadata<RootRole> trustedRoot,
    SignedMetadata<TargetsRole> trustedTargets,
    Optional<SignedMetadata<RootRole>> newRoot,
    Map<String, SignedMetadata<TargetsRole>> documents) {

  Change {
    documents = new LinkedHashMap<>(documents);
  }

  /** Nothing yet. */
  static Change of(CurrentMetadata current) {
    return new Change(current.root(), current.targets(), Optional.empty(), Map.of());
  }

  /** With the next root, not yet signed. */
  Change with(RootRole next) {
    return new Change(
        trustedRoot, trustedTargets, Optional.of(SignedMetadata.sign(next, List.of())), documents);
  }

  /** With the next document of a targets role, not yet signed. */
  Change with(String role, TargetsRole next) {
    Map<String, SignedMetadata<TargetsRole>> more = new LinkedHashMap<>(documents);
    more.put(role, SignedMetadata.sign(next, List.of()));
    return new Change(trustedRoot, trustedTargets, newRoot, more);
  }

  /** Who signed the document of a targets role that readers see now. */
  static List<Authority> before(
      SignedMetadata<RootRole> root, SignedMetadata<TargetsRole> targets, String role) {
    return new Change(root, targets, Optional.empty(), Map.of()).authorities(role);
  }

  /** The root once this is done. */
  RootRole root() {
    return newRoot.orElse(trustedRoot).role();
  }

  /** The delegations once this is done. */
  Delegations delegations() {
    return documents
        .getOrDefault("targets", trustedTargets)
        .role()
        .delegations()
        .orElseThrow(
            () ->
                new RepositoryException.StateUnusable(
                    "sign a channel", "the targets role delegates to none", "restore a copy"));
  }

  /** Who signs the next document of a role. */
  List<Authority> authorities(String role) {
    List<Authority> authorities = new ArrayList<>();
    RootRole before = trustedRoot.role();
    switch (role) {
      case "root" -> {
        authorities.add(Authority.required(before.keys(), before.keysOf(RoleType.ROOT)));
        newRoot.ifPresent(
            next ->
                authorities.add(
                    Authority.required(next.role().keys(), next.role().keysOf(RoleType.ROOT))));
      }
      case "targets", "snapshot", "timestamp" -> {
        authorities.add(Authority.required(root().keys(), root().roles().get(role)));
        if (!before.roles().get(role).equals(root().roles().get(role))) {
          authorities.add(Authority.transitional(before.keys(), before.roles().get(role)));
        }
      }
      default -> {
        // A component's role has the keys of its channel.
        DelegatedRole delegated =
            delegations()
                .roleNamed(ComponentRole.keyHolder(role))
                .orElseThrow(
                    () ->
                        new RepositoryException.Refused(
                            "sign " + role,
                            "this repository does not have such a channel",
                            "use one of " + RepositorySettings.CHANNELS));
        authorities.add(Authority.required(delegations().keys(), delegated.keys()));
      }
    }
    return authorities;
  }

  /** With the signatures of all keys in a folder that may sign. */
  Change signedBy(KeyFolder keys) {
    Map<String, SignedMetadata<TargetsRole>> signed = new LinkedHashMap<>();
    documents.forEach(
        (role, document) ->
            signed.put(role, Authority.sign(role, document, authorities(role), keys)));
    return new Change(
        trustedRoot,
        trustedTargets,
        newRoot.map(root -> Authority.sign("root", root, authorities("root"), keys)),
        signed);
  }

  /** The roles whose documents lack signatures, with how many they have and need. */
  Map<String, Verification> missing() {
    Map<String, Verification> missing = new LinkedHashMap<>();
    newRoot
        .flatMap(root -> Authority.unmet(root, authorities("root")))
        .ifPresent(unmet -> missing.put("root", unmet));
    documents.forEach(
        (role, document) ->
            Authority.unmet(document, authorities(role))
                .ifPresent(unmet -> missing.put(role, unmet)));
    return missing;
  }
}
