package dev.lockstep.repository;

import dev.lockstep.repository.key.KeyType;
import dev.lockstep.tuf.metadata.Key;
import java.util.List;
import java.util.OptionalInt;

/**
 * Which keys of a role are replaced by which. Immutable; each {@code with…} gives a changed copy.
 *
 * @param role any role, root included
 * @param replaced beginnings of the ids of the keys that lose their right; empty for all
 * @param keepsAll whether no key loses its right and one is added
 * @param threshold how many must sign from now on; as before where empty
 * @param type the type of keys that are made
 * @param given public keys made elsewhere; where empty, new ones are made in the key folder
 */
public record Rotation(
    String role,
    List<String> replaced,
    boolean keepsAll,
    OptionalInt threshold,
    KeyType type,
    List<Key> given) {

  /** Copies the lists. */
  public Rotation {
    replaced = List.copyOf(replaced);
    given = List.copyOf(given);
  }

  /** Every key of a role is replaced by a new Ed25519 key. */
  public static Rotation of(String role) {
    return new Rotation(role, List.of(), false, OptionalInt.empty(), KeyType.ED25519, List.of());
  }

  /** Only the keys whose ids begin like this are replaced. */
  public Rotation withReplaced(List<String> ids) {
    return new Rotation(role, ids, keepsAll, threshold, type, given);
  }

  /** A key is added and none replaced. */
  public Rotation withAllKept(boolean kept) {
    return new Rotation(role, replaced, kept, threshold, type, given);
  }

  /** Another number of keys must sign from now on. */
  public Rotation withThreshold(int count) {
    return new Rotation(role, replaced, keepsAll, OptionalInt.of(count), type, given);
  }

  /** New keys have another type. */
  public Rotation withType(KeyType other) {
    return new Rotation(role, replaced, keepsAll, threshold, other, given);
  }

  /** The new keys were made elsewhere. */
  public Rotation withGiven(List<Key> keys) {
    return new Rotation(role, replaced, keepsAll, threshold, type, keys);
  }
}
