package dev.lockstep.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: 90s, 15m, 24h, 7d, PT6H. */
final class Durations {
  private static final Pattern WITH_UNIT = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)?");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "ms",
          ChronoUnit.MILLIS,
          "s",
          ChronoUnit.SECONDS,
          "m",
          ChronoUnit.MINUTES,
          "h",
          ChronoUnit.HOURS,
          "d",
          ChronoUnit.DAYS);

  /** What a number without a unit means. */
  enum Unit {
    SECONDS(ChronoUnit.SECONDS),
    HOURS(ChronoUnit.HOURS);

    private final ChronoUnit unit;

    Unit(ChronoUnit unit) {
      this.unit = unit;
    }

    String words() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private Durations() {}

  /** Reads a duration; empty where it is none. */
  static Optional<Duration> parse(String text, Unit bare) {
    Matcher matcher = WITH_UNIT.matcher(text);
    if (matcher.matches()) {
      ChronoUnit unit = matcher.group(2) == null ? bare.unit : UNITS.get(matcher.group(2));
      return Optional.of(Duration.of(Long.parseLong(matcher.group(1)), unit));
    }
    if (!text.startsWith("P")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Duration.parse(text));
    } catch (DateTimeParseException unreadable) {
      return Optional.empty();
    }
  }
}
