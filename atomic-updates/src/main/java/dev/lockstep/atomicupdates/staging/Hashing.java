package dev.lockstep.atomicupdates.staging;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

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
}
