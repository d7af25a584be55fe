package dev.lockstep.repository;

import dev.lockstep.repository.key.KeyType;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which keys a new repository gets besides those that are there.
 *
 * @param counts role to how many keys it has at least; its threshold where not told
 * @param types role to the type of new keys; Ed25519 where not told
 */
public record KeyPlan(Map<String, Integer> counts, Map<String, KeyType> types) {
  /** As many keys as must sign, all Ed25519. */
  public static final KeyPlan DEFAULT = new KeyPlan(Map.of(), Map.of());

  private static final int MOST_KEYS = 16;

  /** Copies the maps and checks the counts. */
  public KeyPlan {
    counts = Map.copyOf(counts);
    types = Map.copyOf(types);
    counts.forEach(
        (role, count) -> {
          if (count < 1 || count > MOST_KEYS) {
            throw new RepositoryException.Refused(
                "make keys for " + role, "their number must be 1 to " + MOST_KEYS, "correct it");
          }
        });
  }

  /** The same with at least that many keys of a role, some of them spare. */
  public KeyPlan withCount(String role, int count) {
    Map<String, Integer> changed = new TreeMap<>(counts);
    changed.put(role, count);
    return new KeyPlan(changed, types);
  }

  /** The same with another type for new keys of a role. */
  public KeyPlan withType(String role, KeyType type) {
    Map<String, KeyType> changed = new TreeMap<>(types);
    changed.put(role, type);
    return new KeyPlan(counts, changed);
  }

  int count(String role, int threshold) {
    return Math.max(threshold, counts.getOrDefault(role, threshold));
  }

  KeyType type(String role) {
    return types.getOrDefault(role, KeyType.ED25519);
  }
}
