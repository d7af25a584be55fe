package dev.lockstep.atomicupdates.engine;

import java.util.regex.Pattern;

/** Masks what looks like a secret in text that others get to see. */
final class Secrets {
  private static final int MAX_LENGTH = 4_000;
  private static final Pattern NAMED =
      Pattern.compile(
          "(?i)((?:password|passwd|secret|token|api[_-]?key|authorization)\"?\\s*[=:]\\s*\"?"
              + "(?:bearer\\s+|basic\\s+)?)[^\\s\"',;&|]+");
  private static final Pattern BEARER =
      Pattern.compile("(?i)(\\b(?:bearer|basic)\\s+)[\\w.~+/=-]{8,}");
  private static final Pattern USER_INFO = Pattern.compile("(://)[^/\\s@]+@");

  private Secrets() {}

  /** The text, masked and cut to a length that a log and a message can carry. */
  static String mask(String text) {
    String masked = NAMED.matcher(text).replaceAll("$1***");
    masked = BEARER.matcher(masked).replaceAll("$1***");
    masked = USER_INFO.matcher(masked).replaceAll("$1***@");
    return masked.length() > MAX_LENGTH ? masked.substring(0, MAX_LENGTH) + "…" : masked;
  }
}
