package dev.lockstep.repository;

import dev.lockstep.repository.RepositoryDirectory.CurrentMetadata;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.tuf.metadata.RoleKeys;
import dev.lockstep.tuf.metadata.RootRole;
import dev.lockstep.tuf.metadata.TargetsRole;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Signs what expires soon anew, with the same content. */
final class RenewalPlan {
  private final RepositoryDirectory directory;
  private final CurrentMetadata current;
  private final MetadataWriter metadata;
  private final KeyFolder keys;
  private final boolean onlyWithKeys;
  private final Map<String, Instant> renewed = new LinkedHashMap<>();
  private final Map<String, Instant> due = new LinkedHashMap<>();
  private Change change;

  /** With {@code onlyWithKeys}, roles whose keys are not here are left as they are. */
  RenewalPlan(
      RepositoryDirectory directory,
      CurrentMetadata current,
      MetadataWriter metadata,
      KeyFolder keys,
      boolean onlyWithKeys) {
    this.directory = directory;
    this.current = current;
    this.metadata = metadata;
    this.keys = keys;
    this.onlyWithKeys = onlyWithKeys;
    this.change = Change.of(current);
  }

  /** Plans what expires at a time or before. */
  Change expiringBy(Instant time) {
    RootRole root = current.root().role();
    if (!root.expires().isAfter(time) && mayRenew("root", root.expires())) {
      RootRole next =
          new RootRole(
              metadata.header("root", root.version() + 1),
              root.consistentSnapshot(),
              root.keys(),
              root.roles(),
              root.extra());
      change = change.with(next);
      renewed.put("root", next.expires());
    }
    renew("targets", current.targets().role(), time);
    for (String role : directory.targetRoles(current)) {
      renew(role, directory.role(current, role).role(), time);
    }
    return change;
  }

  private void renew(String role, TargetsRole document, Instant time) {
    if (!document.expires().isAfter(time) && mayRenew(role, document.expires())) {
      TargetsRole next =
          document.with(metadata.header(role, document.version() + 1), document.targets());
      change = change.with(role, next);
      renewed.put(role, next.expires());
    }
  }

  private boolean mayRenew(String role, Instant expires) {
    RoleKeys needed = change.authorities(role).get(0).allowed();
    if (onlyWithKeys
        && keys.available(ComponentRole.keyHolder(role), needed.keyIds()).size()
            < needed.threshold()) {
      due.put(role, expires);
      return false;
    }
    return true;
  }

  Renewal result() {
    return new Renewal(Map.copyOf(renewed), Map.copyOf(due));
  }
}
