package dev.lockstep.bus.core;

/** Makes a stranger's text harmless for a log. */
public final class Shown {
  private static final int LONGEST = 80;

  private Shown() {}

  /** The text in quotes, without control characters, not too long. */
  public static String of(String text) {
    String printable = text.replaceAll("[^\\x20-\\x7e]", "?");
    return '"'
        + (printable.length() > LONGEST ? printable.substring(0, LONGEST) + "..." : printable)
        + '"';
  }
}
