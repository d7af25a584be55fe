package dev.lockstep.protocol.version;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of a snapshot build: the ISO date of the build and its number on that day, such as {@code
 * 2026-11-21.3}. Ordered by date, then number.
 *
 * <p>Not a {@link ReleaseVersion}: no text is both, and the two cannot be compared.
 *
 * @param date the day of the build, years 0001 to 9999
 * @param increment counts the builds of that day from 1
 */
public record BuildId(LocalDate date, int increment) implements Comparable<BuildId> {
  private static final int MAX_INCREMENT = 999_999;
  private static final Pattern GRAMMAR =
      Pattern.compile("(\\d{4}-\\d{2}-\\d{2})\\.([1-9]\\d{0,5})");
  private static final Comparator<BuildId> ORDER =
      Comparator.comparing(BuildId::date).thenComparingInt(BuildId::increment);

  /** Checks both parts. */
  public BuildId {
    Objects.requireNonNull(date, "date");
    boolean year = date.getYear() >= 1 && date.getYear() <= 9999;
    if (!year || increment < 1 || increment > MAX_INCREMENT) {
      throw malformed(date + "." + increment);
    }
  }

  /**
   * Reads a build id.
   *
   * @throws MalformedVersionException if it is anything else, a semantic version for example
   */
  public static BuildId parse(String text) {
    Matcher matcher = GRAMMAR.matcher(text == null ? "" : text);
    if (!matcher.matches()) {
      throw malformed(text);
    }
    try {
      return new BuildId(LocalDate.parse(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    } catch (DateTimeException noSuchDay) {
      throw malformed(text);
    }
  }

  private static MalformedVersionException malformed(String text) {
    return new MalformedVersionException("build id", text, "write it as 2026-11-21.1");
  }

  @Override
  public int compareTo(BuildId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return date + "." + increment;
  }
}
