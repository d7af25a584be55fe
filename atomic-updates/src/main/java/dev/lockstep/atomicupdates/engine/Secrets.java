package dev.lockstep.atomicupdates.engine;

import java.util.regex.Pattern;

/** Masks what looks like a secret in text that others get to see. */
final class Secrets {
  private static final int MAX_LENGTH = 4_000;

  /** A name that has one of these words in it, as in {@code AWS_SECRET_ACCESS_KEY}. */
  private static final String NAME =
      "(?i)([\\w.-]{0,64}(?:password|passwd|passphrase|secret|token|credential"
          + "|(?:api|private|access|signing)[_-]?key|authorization|cookie)[\\w.-]{0,64}";

  private static final String NAMED = NAME + "[\"']?\\s*[=:]\\s*(?:bearer\\s+|basic\\s+)?)";

  /** Up to the closing quote, which may be missing. */
  private static final Pattern QUOTED = Pattern.compile(NAMED + "(?:(\")[^\"]*|(')[^']*)");

  private static final Pattern PLAIN = Pattern.compile(NAMED + "[^\\s\"',;&|]+");
  private static final Pattern OPTION = Pattern.compile("(?<=-)" + NAME + "\\s+)(?!-)\\S+");
  private static final Pattern BEARER =
      Pattern.compile("(?i)(\\b(?:bearer|basic)\\s+)[\\w.~+/=-]{8,}");
  private static final Pattern USER_INFO = Pattern.compile("(://)[^/\\s@]+@");

  private Secrets() {}

  /** The text, masked and cut to a length that a log and a message can carry. */
  static String mask(String text) {
    String masked = QUOTED.matcher(text).replaceAll("$1$2$3***");
    masked = PLAIN.matcher(masked).replaceAll("$1***");
    masked = OPTION.matcher(masked).replaceAll("$1***");
    masked = BEARER.matcher(masked).replaceAll("$1***");
    masked = USER_INFO.matcher(masked).replaceAll("$1***@");
    return masked.length() > MAX_LENGTH ? masked.substring(0, MAX_LENGTH) + "…" : masked;
  }
}
