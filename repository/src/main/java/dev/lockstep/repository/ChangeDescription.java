package dev.lockstep.repository;

import dev.lockstep.tuf.metadata.DelegatedRole;
import dev.lockstep.tuf.metadata.Delegations;
import dev.lockstep.tuf.metadata.RoleKeys;
import dev.lockstep.tuf.metadata.RootRole;
import dev.lockstep.tuf.metadata.SignedMetadata;
import dev.lockstep.tuf.metadata.TargetDescription;
import dev.lockstep.tuf.metadata.TargetsRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/** Says what a change changes, so that the holder of a key knows what is to be signed. */
final class ChangeDescription {
  private final Change change;
  private final Map<String, SignedMetadata<TargetsRole>> before;
  private final List<String> lines = new ArrayList<>();

  ChangeDescription(Change change, Map<String, SignedMetadata<TargetsRole>> before) {
    this.change = change;
    this.before = before;
  }

  List<String> lines() {
    lines.clear();
    change.newRoot().ifPresent(root -> describeRoot(root.role()));
    change.documents().forEach((role, document) -> describeTargets(role, document.role()));
    return List.copyOf(lines);
  }

  private void describeRoot(RootRole next) {
    lines.add("root version " + next.version() + ", expires " + next.expires());
    RootRole old = change.trustedRoot().role();
    for (String role : new TreeSet<>(next.roles().keySet())) {
      describeKeys(role, old.roles().get(role), next.roles().get(role));
    }
  }

  private void describeTargets(String role, TargetsRole next) {
    lines.add(role + " version " + next.version() + ", expires " + next.expires());
    SignedMetadata<TargetsRole> known = before.get(role);
    // A "before" that its keys did not sign would make new targets look like old ones.
    boolean signed =
        known != null
            && Authority.unmet(
                    known, Change.before(change.trustedRoot(), change.trustedTargets(), role))
                .isEmpty();
    TargetsRole old = signed ? known.role() : TargetsRole.of(next.header(), Map.of());
    describeDelegations(old, next);
    TreeSet<String> paths = new TreeSet<>(old.targets().keySet());
    paths.addAll(next.targets().keySet());
    for (String path : paths) {
      TargetDescription one = old.targets().get(path);
      TargetDescription other = next.targets().get(path);
      if (other == null) {
        lines.add("  - " + path);
      } else if (!other.equals(one)) {
        String sign = one == null ? "  + " : "  ~ ";
        lines.add(sign + path + " " + other.hashes().getOrDefault("sha256", "") + other.custom());
      }
    }
  }

  private void describeDelegations(TargetsRole old, TargetsRole next) {
    if (next.delegations().isEmpty()) {
      return;
    }
    for (DelegatedRole role : next.delegations().get().roles()) {
      DelegatedRole known = old.delegations().flatMap(d -> named(d, role)).orElse(null);
      describeKeys(role.name(), known == null ? null : known.keys(), role.keys());
      if (known == null || !known.paths().equals(role.paths())) {
        lines.add("  " + role.name() + ": may list " + role.paths());
      }
    }
  }

  private static Optional<DelegatedRole> named(Delegations in, DelegatedRole role) {
    return in.roleNamed(role.name());
  }

  private void describeKeys(String role, RoleKeys old, RoleKeys next) {
    if (Objects.equals(old, next)) {
      return;
    }
    List<String> was = old == null ? List.of() : old.keyIds();
    was.stream()
        .filter(id -> !next.keyIds().contains(id))
        .forEach(id -> lines.add("  " + role + ": - key " + id));
    next.keyIds().stream()
        .filter(id -> !was.contains(id))
        .forEach(id -> lines.add("  " + role + ": + key " + id));
    if (old == null || old.threshold() != next.threshold()) {
      lines.add("  " + role + ": " + next.threshold() + " of them must sign");
    }
  }
}
