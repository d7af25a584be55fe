package dev.lockstep.protocol.version;

import java.util.regex.Pattern;
import org.semver4j.Semver;

/**
 * A range of versions in npm's notation: {@code ">=1.2.0 <2.0.0"}, {@code "^1.2.0"}, {@code "1.x"},
 * {@code "1.0.0 - 1.4.0"}, {@code "^1.0.0 || ^2.0.0"}, {@code "*"}.
 *
 * <p>As with npm, a prerelease is inside only where the range itself names a prerelease of the same
 * three numbers: 2.0.0-beta is neither in {@code "<2.0.0"} nor in {@code ">=1.0.0"}.
 *
 * @param text the range as written
 */
public record VersionRange(String text) {
  private static final int MAX_LENGTH = 256;

  // The library skips what it cannot read, so that ">=1.2.0, <2.0.0" becomes "<2.0.0" and "latest"
  // becomes everything. Hence a grammar of our own stands before it.
  private static final String NUMBER = "(0|[1-9]\\d{0,8})";
  private static final String FULL =
      NUMBER + "\\." + NUMBER + "\\." + NUMBER + "(-" + ReleaseVersion.PRERELEASE + ")?";
  private static final String PARTIAL =
      "(" + FULL + "|" + NUMBER + "(\\." + NUMBER + ")?(\\.[x*])?)";
  // It also reads "^0" and "^0.x" as everything, "^0.0" as nothing: with ^, a version that begins
  // with 0 needs all three numbers.
  private static final String CARET = "\\^(?! ?0(\\.\\d+)?(\\.[x*])?( |$))";
  private static final String SIMPLE = "(>=|<=|>|<|=|~|" + CARET + ")? ?" + PARTIAL;
  private static final String SET =
      "(\\*|" + PARTIAL + " - " + PARTIAL + "|" + SIMPLE + "( " + SIMPLE + "){0,7})";
  private static final Pattern GRAMMAR = Pattern.compile(SET + "( \\|\\| " + SET + "){0,7}");

  /**
   * Checks that the whole range can be read.
   *
   * @throws MalformedVersionException if not
   */
  public VersionRange {
    if (text == null || text.length() > MAX_LENGTH || !GRAMMAR.matcher(text).matches()) {
      throw new MalformedVersionException("range", text, "write it as >=1.2.0 <2.0.0");
    }
  }

  /** Whether the version is inside. */
  public boolean contains(ReleaseVersion version) {
    return new Semver(version.toString()).satisfies(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
