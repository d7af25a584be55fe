package dev.lockstep.tuf;

import dev.lockstep.tuf.metadata.Hashes;
import dev.lockstep.tuf.metadata.MalformedMetadataException;
import dev.lockstep.tuf.metadata.MetaFile;
import dev.lockstep.tuf.metadata.Role;
import dev.lockstep.tuf.metadata.RoleType;
import dev.lockstep.tuf.metadata.SignedMetadata;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;

/** Compares files with the lengths and hashes that signed metadata states for them. */
final class Description {
  private Description() {}

  /** Whether bytes have the length and hashes that metadata states, where it states any. */
  static boolean matches(MetaFile described, byte[] bytes) {
    if (described.length().isPresent() && described.length().getAsLong() != bytes.length) {
      return false;
    }
    Map<String, MessageDigest> digests = Hashes.digestsFor(described.hashes());
    if (digests.isEmpty() && !described.hashes().isEmpty()) {
      return false;
    }
    digests.values().forEach(digest -> digest.update(bytes));
    return hashesMatch(described.hashes(), digests);
  }

  /**
   * Throws unless a metadata file is what the document above it says. A well-formed document of
   * another version is reported as mix-and-match, because that is what was tried.
   */
  static void check(MetaFile described, byte[] bytes, RoleType<?> type, String what) {
    if (matches(described, bytes)) {
      return;
    }
    long found = versionOf(bytes, type);
    if (found > 0 && found != described.version()) {
      throw new MixAndMatchException(
          "cannot trust "
              + what
              + ": version "
              + found
              + " is served where version "
              + described.version()
              + " belongs");
    }
    throw new LengthOrHashException(
        "cannot trust " + what + ": its length or hash is not the one that signed metadata states");
  }

  /** Whether finished digests are the stated ones; unknown algorithms are passed over. */
  static boolean hashesMatch(Map<String, String> stated, Map<String, MessageDigest> digests) {
    boolean all = true;
    for (Map.Entry<String, MessageDigest> entry : digests.entrySet()) {
      String found = HexFormat.of().formatHex(entry.getValue().digest());
      all &= found.equals(stated.get(entry.getKey()));
    }
    return all;
  }

  private static long versionOf(byte[] bytes, RoleType<? extends Role> type) {
    try {
      return SignedMetadata.parse(bytes, type).role().version();
    } catch (MalformedMetadataException e) {
      // Not even a document: only the hash can be reported.
      return 0;
    }
  }
}
