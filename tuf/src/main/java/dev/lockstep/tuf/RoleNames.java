package dev.lockstep.tuf;

import java.nio.charset.StandardCharsets;

/** Makes role names and target paths safe as parts of addresses and as file names. */
final class RoleNames {
  private RoleNames() {}

  /**
   * Percent-encodes everything but letters, digits and {@code - . _ ~}, so that {@code ../x} or
   * {@code a?b} stay one name in one folder.
   */
  static String encode(String name) {
    StringBuilder out = new StringBuilder(name.length() + 8);
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (c >= 'a' && c <= 'z'
          || c >= 'A' && c <= 'Z'
          || c >= '0' && c <= '9'
          || "-._~".indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append('%').append(String.format("%02X", (int) c));
      }
    }
    return out.toString();
  }

  /** Percent-encodes a target path segment by segment. */
  static String encodePath(String path) {
    String[] segments = path.split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      if (segments[i].equals(".") || segments[i].equals("..")) {
        throw new UnknownTargetException(
            "cannot locate the target " + path + ": its path leaves its folder");
      }
      segments[i] = encode(segments[i]);
    }
    return String.join("/", segments);
  }
}
