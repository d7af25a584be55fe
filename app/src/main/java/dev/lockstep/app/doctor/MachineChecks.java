package dev.lockstep.app.doctor;

import dev.lockstep.tuf.Limits;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipFile;

/** Java, and the clock. */
final class MachineChecks {
  private static final String CLOCK = "clock";
  private static final int OLDEST_JAVA = 17;
  private static final Duration NOTICEABLE = Duration.ofMinutes(1);
  private static final Duration WRONG = Duration.ofHours(1);

  private final Subject subject;

  MachineChecks(Subject subject) {
    this.subject = subject;
  }

  /** The Java that runs this, which need not be the one of the device's process. */
  static List<Finding> java() {
    String seen =
        "%s (%s), %s"
            .formatted(
                System.getProperty("java.version"),
                System.getProperty("java.vendor"),
                System.getProperty("java.home"));
    return List.of(
        Runtime.version().feature() < OLDEST_JAVA
            ? Finding.failed("java", "cannot run on Java " + seen, "install a JDK 17 or newer")
            : Finding.ok("java", seen));
  }

  /**
   * Against what has surely passed, and against other clocks.
   *
   * @param lastRefresh when metadata were verified last, by the clock of that time
   * @param freshUntil until when the newest metadata hold
   */
  List<Finding> clock(Optional<Instant> lastRefresh, Optional<Instant> freshUntil, Clocks clocks) {
    Instant now = subject.clock().instant();
    List<Finding> found = new ArrayList<>();
    behind(now, passed(), "this Lockstep was built", found);
    lastRefresh.ifPresent(time -> behind(now, time, "the repository was verified last", found));
    List<String> same = new ArrayList<>();
    boolean compared = false;
    for (Map.Entry<String, Optional<Duration>> other : clocks.ahead().entrySet()) {
      if (other.getValue().isPresent()) {
        compared = true;
        compare(other.getKey(), other.getValue().get(), same, found);
      }
    }
    if (!compared && freshUntil.filter(now::isAfter).isPresent()) {
      found.add(
          Finding.warning(
              CLOCK,
              "%s; the newest metadata here held until %s"
                  .formatted(text(now), text(freshUntil.get())),
              "where the clock is right, let this device reach the repository again"));
    }
    if (found.isEmpty()) {
      found.add(
          Finding.ok(
              CLOCK,
              text(now)
                  + (compared
                      ? ", as " + String.join(" and ", same) + (same.size() == 1 ? " says" : " say")
                      : "; there was no other clock to compare with")));
    }
    return found;
  }

  private static void behind(Instant now, Instant passed, String what, List<Finding> found) {
    if (now.isBefore(passed)) {
      found.add(
          Finding.failed(
              CLOCK,
              "cannot be right: it says %s, but %s at %s".formatted(text(now), what, text(passed)),
              "set it, and let a time service keep it: timedatectl set-ntp true"));
    }
  }

  private static void compare(
      String whose, Duration ahead, List<String> same, List<Finding> found) {
    if (ahead.abs().compareTo(NOTICEABLE) < 0) {
      same.add(whose);
      return;
    }
    String seen =
        "%s %s %s"
            .formatted(amount(ahead.abs()), ahead.isNegative() ? "ahead of" : "behind", whose);
    String remedy = "find out which of the two is wrong: timedatectl status";
    found.add(
        ahead.abs().compareTo(WRONG) >= 0
            ? Finding.failed(CLOCK, "cannot be right: it is " + seen, remedy)
            : Finding.warning(CLOCK, "it is " + seen, remedy));
  }

  private static String amount(Duration duration) {
    if (duration.toDays() > 1) {
      return duration.toDays() + " days";
    }
    return duration.toHours() > 1 ? duration.toHours() + " h" : duration.toMinutes() + " min";
  }

  /** When this program, or the Java that it runs on, was made. */
  private static Instant passed() {
    Instant passed = Limits.defaults().earliestTime();
    for (Instant known : List.of(javaMade(), ownMade())) {
      passed = known.isAfter(passed) ? known : passed;
    }
    return passed;
  }

  private static Instant javaMade() {
    try {
      return LocalDate.parse(System.getProperty("java.version.date", ""))
          .atStartOfDay(ZoneOffset.UTC)
          .toInstant();
    } catch (DateTimeParseException notTold) {
      return Instant.EPOCH;
    }
  }

  private static Instant ownMade() {
    try {
      Path code =
          Path.of(MachineChecks.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      String own = MachineChecks.class.getName().replace('.', '/') + ".class";
      if (Files.isDirectory(code)) {
        return Files.getLastModifiedTime(code.resolve(own)).toInstant();
      }
      try (ZipFile jar = new ZipFile(code.toFile())) {
        return jar.getEntry(own).getLastModifiedTime().toInstant();
      }
    } catch (IOException | URISyntaxException notTold) {
      return Instant.EPOCH;
    }
  }

  private static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
