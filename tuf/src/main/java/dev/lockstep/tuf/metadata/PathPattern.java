package dev.lockstep.tuf.metadata;

/**
 * Shell-style matching of target paths (specification section 4.5, PATHPATTERN).
 *
 * <p>{@code *} matches any run of characters and {@code ?} one character, neither crosses a slash;
 * {@code [abc]}, {@code [a-z]} and {@code [!abc]} match one character. Time grows at most with the
 * product of both lengths, whatever a publisher writes.
 */
public final class PathPattern {
  private PathPattern() {}

  /** Whether a pattern matches a whole target path; case matters. */
  public static boolean matches(String pattern, String path) {
    String[] patterns = pattern.split("/", -1);
    String[] segments = path.split("/", -1);
    if (patterns.length != segments.length) {
      return false;
    }
    for (int i = 0; i < patterns.length; i++) {
      if (!segmentMatches(patterns[i].codePoints().toArray(), segments[i].codePoints().toArray())) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a pattern may match a path that begins with a prefix: false only if it surely does not.
   */
  static boolean mayMatchBelow(String pattern, String prefix) {
    int wild = 0;
    while (wild < pattern.length() && "*?[".indexOf(pattern.charAt(wild)) < 0) {
      wild++;
    }
    String fixed = pattern.substring(0, wild);
    return fixed.startsWith(prefix) || prefix.startsWith(fixed);
  }

  /** Greedy with one remembered star: on a mismatch the last star takes one character more. */
  private static boolean segmentMatches(int[] pattern, int[] text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int starText = 0;
    while (t < text.length) {
      if (p < pattern.length && pattern[p] == '*') {
        star = p++;
        starText = t;
        continue;
      }
      int next = p < pattern.length ? oneMatches(pattern, p, text[t]) : -1;
      if (next >= 0) {
        p = next;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++starText;
      } else {
        return false;
      }
    }
    while (p < pattern.length && pattern[p] == '*') {
      p++;
    }
    return p == pattern.length;
  }

  /** The position after the pattern element at {@code p} if it matches {@code c}, or -1. */
  private static int oneMatches(int[] pattern, int p, int c) {
    if (pattern[p] == '?') {
      return p + 1;
    }
    if (pattern[p] == '[') {
      int end = classEnd(pattern, p);
      if (end > 0) {
        return inClass(pattern, p + 1, end, c) ? end + 1 : -1;
      }
    }
    return pattern[p] == c ? p + 1 : -1;
  }

  /** Where the class that opens at {@code p} closes; -1 if it does not, then [ is itself. */
  private static int classEnd(int[] pattern, int p) {
    int i = p + 1;
    if (i < pattern.length && pattern[i] == '!') {
      i++;
    }
    if (i < pattern.length && pattern[i] == ']') {
      i++;
    }
    while (i < pattern.length && pattern[i] != ']') {
      i++;
    }
    return i < pattern.length ? i : -1;
  }

  private static boolean inClass(int[] pattern, int from, int end, int c) {
    boolean negated = pattern[from] == '!';
    boolean found = false;
    int i = negated ? from + 1 : from;
    while (i < end) {
      if (i + 2 < end && pattern[i + 1] == '-') {
        found |= pattern[i] <= c && c <= pattern[i + 2];
        i += 3;
      } else {
        found |= pattern[i] == c;
        i++;
      }
    }
    return found != negated;
  }
}
