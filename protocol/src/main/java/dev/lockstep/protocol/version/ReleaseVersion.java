package dev.lockstep.protocol.version;

import java.util.Objects;
import java.util.regex.Pattern;
import org.semver4j.Semver;

/**
 * A semantic version (semver.org 2.0.0) of a release, ordered by precedence.
 *
 * <p>Immutable. Equality is by text, so that build metadata tells two builds apart; {@link
 * #compareTo} ignores build metadata as the specification says, except to stay consistent with
 * equality.
 */
public final class ReleaseVersion implements Comparable<ReleaseVersion> {
  /** A prerelease; numbers have at most 18 digits, because the library compares them as longs. */
  static final String PRERELEASE =
      "(0|[1-9]\\d{0,17}|\\d*[a-zA-Z-][0-9a-zA-Z-]*)"
          + "(\\.(0|[1-9]\\d{0,17}|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*";

  private static final int MAX_LENGTH = 128;
  // semver.org's grammar with bounded numbers; a leading "v" is not part of it. The library alone
  // would take more, and throws when it compares what it took.
  private static final String NUMBER = "(0|[1-9]\\d{0,8})";
  private static final Pattern GRAMMAR =
      Pattern.compile(
          NUMBER
              + "\\."
              + NUMBER
              + "\\."
              + NUMBER
              + "(-"
              + PRERELEASE
              + ")?(\\+[0-9a-zA-Z-]+(\\.[0-9a-zA-Z-]+)*)?");

  private final String text;

  /** Made when it is asked for: most versions are only told apart, and the library is slow. */
  private volatile Semver semver;

  private ReleaseVersion(String text) {
    this.text = text;
  }

  private Semver semver() {
    Semver made = semver;
    if (made == null) {
      made = new Semver(text);
      semver = made;
    }
    return made;
  }

  /**
   * Whether the text is a bare semantic version: "1.2.3" is, "1.2", "v1.2.3" and "abc" are not. At
   * most 128 characters; each of the three numbers has at most nine digits.
   */
  public static boolean isValid(String text) {
    return text != null && text.length() <= MAX_LENGTH && GRAMMAR.matcher(text).matches();
  }

  /**
   * Reads a bare semantic version.
   *
   * @throws MalformedVersionException if it is anything else
   */
  public static ReleaseVersion parse(String text) {
    if (!isValid(text)) {
      throw new MalformedVersionException("version", text, "write it as 1.2.3");
    }
    return new ReleaseVersion(text);
  }

  /**
   * Reads a release tag: one leading "v" is removed, "v1.0.0" is 1.0.0.
   *
   * @throws MalformedVersionException if the rest is not a bare semantic version
   */
  public static ReleaseVersion fromTag(String tag) {
    return parse(tag != null && tag.startsWith("v") ? tag.substring(1) : tag);
  }

  /** -1, 0 or 1 by precedence: 1.10.0 comes after 1.9.0. */
  public static int compare(String a, String b) {
    return Integer.signum(parse(a).semver().compareTo(parse(b).semver()));
  }

  /** Whether {@code a} is strictly newer than {@code b}. */
  public static boolean isNewer(String a, String b) {
    return compare(a, b) > 0;
  }

  /**
   * The version after this one: "patch", "minor" or "major". Prerelease and build metadata are
   * dropped.
   *
   * @throws IllegalArgumentException for any other word
   * @throws MalformedVersionException if a number would have more than nine digits
   */
  public ReleaseVersion next(String bump) {
    String next =
        switch (Objects.requireNonNull(bump, "bump")) {
          case "patch" -> major() + "." + minor() + "." + (patch() + 1);
          case "minor" -> major() + "." + (minor() + 1) + ".0";
          case "major" -> (major() + 1) + ".0.0";
          default ->
              throw new IllegalArgumentException(
                  "cannot bump a version by \"" + bump + "\"; use patch, minor or major");
        };
    return parse(next);
  }

  /** First number. */
  public int major() {
    return semver().getMajor();
  }

  /** Second number. */
  public int minor() {
    return semver().getMinor();
  }

  /** Third number. */
  public int patch() {
    return semver().getPatch();
  }

  /** Whether this is strictly newer than the other. */
  public boolean isNewerThan(ReleaseVersion other) {
    return semver().compareTo(other.semver()) > 0;
  }

  /** Whether this version is inside a range in npm's notation, such as ">=1.2.0 <2.0.0". */
  public boolean satisfies(VersionRange range) {
    return range.contains(this);
  }

  @Override
  public int compareTo(ReleaseVersion other) {
    int byPrecedence = semver().compareTo(other.semver());
    return byPrecedence != 0 ? byPrecedence : text.compareTo(other.text);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReleaseVersion version && text.equals(version.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
