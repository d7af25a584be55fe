package dev.lockstep.atomicupdates.staging;

import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.tuf.TargetFile;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/** The one hash that trees and artifacts are known by. */
final class Hashing {
  private Hashing() {}

  /** A fresh SHA-256; every Java platform has it. */
  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this Java has no SHA-256", impossible);
    }
  }

  /** The signed SHA-256 of a target, lower-case hex. */
  static String signedHash(TargetFile target) {
    String hash = target.hashes().getOrDefault("sha256", "").toLowerCase(Locale.ROOT);
    if (!hash.matches("[0-9a-f]{64}")) {
      throw StagingFailures.refusal(
          ErrorCode.ERROR_CODE_TRUST_LENGTH_OR_HASH,
          "cannot fetch %s: no SHA-256 was signed for it; publish it again"
              .formatted(target.path()),
          null);
    }
    return hash;
  }
}
