package dev.lockstep.app.command;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times and durations as people write them on the command line. */
final class Times {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})([smhd])");

  private Times() {}

  /**
   * A time: {@code 2026-12-01T03:00:00+01:00}, or without an offset in this machine's time zone.
   *
   * @throws UsageException if it is none
   */
  static Instant instant(String option, String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException withoutOffset) {
      try {
        return LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant();
      } catch (DateTimeParseException unreadable) {
        throw new UsageException(
            "cannot read " + option + " \"" + text + "\"; write it as 2026-12-01T03:00:00+01:00");
      }
    }
  }

  /**
   * A duration: {@code 90s}, {@code 15m}, {@code 2h}, {@code 3d}, {@code PT6H}.
   *
   * @throws UsageException if it is none, or nothing
   */
  static Duration duration(String option, String text) {
    Duration duration = read(text);
    if (duration.isZero() || duration.isNegative()) {
      throw new UsageException(
          "cannot read " + option + " \"" + text + "\"; write it as 90s, 15m, 2h, 3d or PT6H");
    }
    return duration;
  }

  private static Duration read(String text) {
    Matcher written = DURATION.matcher(text.toLowerCase(Locale.ROOT));
    if (written.matches()) {
      long count = Long.parseLong(written.group(1));
      return switch (written.group(2)) {
        case "s" -> Duration.ofSeconds(count);
        case "m" -> Duration.ofMinutes(count);
        case "h" -> Duration.ofHours(count);
        default -> Duration.ofDays(count);
      };
    }
    try {
      return Duration.parse(text);
    } catch (DateTimeException unreadable) {
      return Duration.ZERO;
    }
  }
}
