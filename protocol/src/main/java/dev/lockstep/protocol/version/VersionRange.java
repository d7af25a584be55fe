package dev.lockstep.protocol.version;

import org.semver4j.Semver;
import org.semver4j.range.RangeList;
import org.semver4j.range.RangeListFactory;

/**
 * A range of versions in npm's notation: {@code ">=1.2.0 <2.0.0"}, {@code "^1.2.0"}, {@code "1.x"}.
 *
 * @param text the range as written
 */
public record VersionRange(String text) {
  private static final int MAX_LENGTH = 256;

  /**
   * Checks that the range can be read.
   *
   * @throws MalformedVersionException if not
   */
  public VersionRange {
    if (text == null || text.isBlank() || text.length() > MAX_LENGTH || !readable(text)) {
      throw new MalformedVersionException("range", text, "write it as >=1.2.0 <2.0.0");
    }
  }

  private static boolean readable(String text) {
    try {
      RangeList ranges = RangeListFactory.create(text);
      // The library reads nonsense as an empty list, which would match nothing or everything.
      return ranges != null && !ranges.get().isEmpty();
    } catch (RuntimeException unreadable) {
      return false;
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
