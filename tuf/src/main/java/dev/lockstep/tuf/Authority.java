package dev.lockstep.tuf;

import dev.lockstep.tuf.metadata.DelegatedRole;
import dev.lockstep.tuf.metadata.Delegations;
import dev.lockstep.tuf.metadata.Key;
import dev.lockstep.tuf.metadata.RoleKeys;
import dev.lockstep.tuf.metadata.RoleType;
import dev.lockstep.tuf.metadata.RootRole;
import dev.lockstep.tuf.metadata.SignedMetadata;
import dev.lockstep.tuf.metadata.Verification;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who may sign for a role, as its delegator says at present. Two equal authorities accept the same
 * documents, which is how a verified document is recognized without verifying it again.
 */
record Authority(Map<String, Key> keys, RoleKeys role) {

  static Authority of(RootRole root, RoleType<?> type) {
    return of(root.keys(), root.keysOf(type));
  }

  static Authority of(Delegations delegations, DelegatedRole role) {
    return of(delegations.keys(), role.keys());
  }

  private static Authority of(Map<String, Key> all, RoleKeys role) {
    Map<String, Key> own = new LinkedHashMap<>();
    for (String id : role.keyIds()) {
      if (all.containsKey(id)) {
        own.put(id, all.get(id));
      }
    }
    return new Authority(own, role);
  }

  /** Throws {@link SignatureException} unless enough of the keys have signed. */
  void check(SignedMetadata<?> document, String what) {
    Verification verification = Verification.of(document, keys, role);
    if (!verification.isMet()) {
      throw new SignatureException(
          "cannot trust "
              + what
              + ": "
              + verification.valid()
              + " of "
              + verification.threshold()
              + " needed keys have signed it; ask the publisher, or look for someone in between");
    }
  }
}
