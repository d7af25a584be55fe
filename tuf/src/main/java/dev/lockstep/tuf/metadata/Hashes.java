package dev.lockstep.tuf.metadata;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Computes the digests that metadata states: {@code sha256} and {@code sha512}. */
public final class Hashes {
  private static final Map<String, String> JDK_NAMES =
      Map.of("sha256", "SHA-256", "sha512", "SHA-512");

  private Hashes() {}

  /** Whether an algorithm, by its name in metadata, is known here. */
  public static boolean isKnown(String algorithm) {
    return JDK_NAMES.containsKey(algorithm);
  }

  /** A new digest of a known algorithm. */
  public static MessageDigest digest(String algorithm) {
    String name = JDK_NAMES.get(algorithm);
    if (name == null) {
      throw new IllegalArgumentException("unknown hash algorithm " + algorithm);
    }
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + name, e);
    }
  }

  /** One digest for each known algorithm of a {@code hashes} object. */
  public static Map<String, MessageDigest> digestsFor(Map<String, String> hashes) {
    Map<String, MessageDigest> digests = new LinkedHashMap<>();
    for (String algorithm : hashes.keySet()) {
      if (isKnown(algorithm)) {
        digests.put(algorithm, digest(algorithm));
      }
    }
    return digests;
  }

  /** The hexadecimal digest of bytes. */
  public static String hex(String algorithm, byte[] bytes) {
    return HexFormat.of().formatHex(digest(algorithm).digest(bytes));
  }
}
