package dev.lockstep.repository;

import dev.lockstep.repository.RepositoryDirectory.CurrentMetadata;
import dev.lockstep.tuf.metadata.RoleType;
import dev.lockstep.tuf.metadata.RootRole;
import dev.lockstep.tuf.metadata.SignedMetadata;
import dev.lockstep.tuf.metadata.Verification;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes sure that what is about to be signed anew was signed before: somebody who can write to the
 * repository's folder, but has no key, must not get the publisher to sign for him.
 */
final class Provenance {
  private final RepositoryDirectory directory;
  private final CurrentMetadata current;

  private Provenance(RepositoryDirectory directory, CurrentMetadata current) {
    this.directory = directory;
    this.current = current;
  }

  /**
   * Reads what readers see now.
   *
   * @throws RepositoryException.StateUnusable if top-level metadata is not signed by its keys
   */
  static CurrentMetadata verified(RepositoryDirectory directory) {
    CurrentMetadata current = directory.current();
    Provenance check = new Provenance(directory, current);
    check.require("timestamp", current.timestamp(), RoleType.TIMESTAMP);
    check.require("snapshot", current.snapshot(), RoleType.SNAPSHOT);
    check.require("targets", current.targets(), RoleType.TARGETS);
    return current;
  }

  /**
   * Checks a channel and all its components: they will be signed anew, or looked at for that.
   *
   * @throws RepositoryException.StateUnusable if one is not signed by its keys
   * @throws RepositoryException.Refused if there is no such channel
   */
  static void verify(RepositoryDirectory directory, CurrentMetadata current, String channel) {
    RepositorySettings.requireChannel(channel);
    Provenance check = new Provenance(directory, current);
    check.require(channel);
    directory.rolesOf(current, channel).forEach(check::require);
  }

  /** Checks a channel and one of its components, in the same way. */
  static void verify(
      RepositoryDirectory directory, CurrentMetadata current, String channel, String component) {
    RepositorySettings.requireChannel(channel);
    Provenance check = new Provenance(directory, current);
    check.require(channel);
    String role = ComponentRole.name(channel, component);
    boolean delegated = directory.rolesOf(current, channel).contains(role);
    if (delegated != directory.document(current, role).isPresent()) {
      throw check.unsigned(role);
    }
    if (delegated) {
      check.require(role);
    }
  }

  private void require(String role, SignedMetadata<?> document, RoleType<?> type) {
    List<RootRole> roots = new ArrayList<>();
    roots.add(current.root().role());
    if (current.root().role().version() > 1) {
      // A rotation that was killed leaves what the keys before signed.
      roots.add(directory.root(current.root().role().version() - 1).role());
    }
    boolean signed =
        roots.stream()
            .anyMatch(root -> Verification.of(document, root.keys(), root.keysOf(type)).isMet());
    if (!signed) {
      throw unsigned(role);
    }
  }

  private void require(String role) {
    List<Authority> authorities = Change.of(current).authorities(role);
    if (Authority.unmet(directory.role(current, role), authorities).isPresent()) {
      throw unsigned(role);
    }
  }

  private RepositoryException unsigned(String role) {
    return new RepositoryException.StateUnusable(
        "change the repository " + directory.folder(),
        "the metadata of " + role + " is not signed by its keys",
        "find out who changed it and restore it from a copy");
  }
}
