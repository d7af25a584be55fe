package dev.lockstep.tuf.metadata;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How many distinct keys of a role have signed a document, against how many must.
 *
 * <p>Signatures by keys that the role does not have, of unknown schemes, or that are wrong do not
 * count and do no harm. A public key that is listed under two ids counts once.
 *
 * @param valid distinct keys with a good signature, counted up to the threshold
 */
public record Verification(int valid, int threshold) {

  /**
   * Checks a document against the keys of a role.
   *
   * @param keys all keys of the delegating document, by id
   * @param role which of them may sign
   */
  public static Verification of(SignedMetadata<?> document, Map<String, Key> keys, RoleKeys role) {
    Set<String> allowed = new HashSet<>(role.keyIds());
    Set<String> counted = new HashSet<>();
    for (MetadataSignature signature : document.signatures()) {
      if (counted.size() >= role.threshold()) {
        break;
      }
      Key key = keys.get(signature.keyId());
      if (key == null || !allowed.contains(signature.keyId())) {
        continue;
      }
      Optional<String> identity = key.identity();
      if (identity.isPresent()
          && !counted.contains(identity.get())
          && key.verifies(document.signedBytes(), bytesOf(signature))) {
        counted.add(identity.get());
      }
    }
    return new Verification(counted.size(), role.threshold());
  }

  /** Whether enough distinct keys have signed. */
  public boolean isMet() {
    return valid >= threshold;
  }

  private static byte[] bytesOf(MetadataSignature signature) {
    try {
      return HexFormat.of().parseHex(signature.value());
    } catch (IllegalArgumentException e) {
      // Not hexadecimal: no key ever made it, so it is checked as an empty one and fails.
      return new byte[0];
    }
  }
}
