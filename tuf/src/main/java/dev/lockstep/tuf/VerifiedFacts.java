package dev.lockstep.tuf;

import dev.lockstep.tuf.metadata.Hashes;
import dev.lockstep.tuf.metadata.MetaFile;
import dev.lockstep.tuf.metadata.Role;
import java.time.Instant;

/**
 * What is known of a verified document without reading it.
 *
 * @param digest SHA-256 of its bytes, hexadecimal
 * @param expires whole seconds
 */
record VerifiedFacts(String digest, long length, long version, Instant expires) {

  static VerifiedFacts of(Role role, byte[] bytes) {
    return new VerifiedFacts(
        Hashes.hex("sha256", bytes),
        bytes.length,
        role.version(),
        Instant.ofEpochSecond(role.expires().getEpochSecond()));
  }

  /** Whether these bytes are the document. */
  boolean areOf(byte[] bytes) {
    return bytes.length == length && Hashes.hex("sha256", bytes).equals(digest);
  }

  /**
   * Whether the document surely is the one that signed metadata describes. A description without a
   * SHA-256 alone may be met too, but that takes the bytes to tell.
   */
  boolean meet(MetaFile described) {
    return described.version() == version
        && described.hashes().size() == 1
        && digest.equals(described.hashes().get("sha256"))
        && (described.length().isEmpty() || described.length().getAsLong() == length);
  }
}
