package dev.lockstep.atomicupdates.backup;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * The name of a backup: {@code backup_<version>_<yyyyMMdd_HHmmss>}.
 *
 * @param version the version whose data it holds
 * @param time local time at which the install began
 */
public record BackupName(ReleaseVersion version, LocalDateTime time) {
  private static final String PREFIX = "backup_";
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss");
  private static final int TIME_LENGTH = 15;

  /** A name for now. */
  public static BackupName of(ReleaseVersion version, ZonedDateTime now) {
    return new BackupName(version, now.toLocalDateTime().withNano(0));
  }

  /** Reads a name; empty where it is none. */
  public static Optional<BackupName> parse(String name) {
    int end = name.length() - TIME_LENGTH - 1;
    if (!name.startsWith(PREFIX) || end <= PREFIX.length() || name.charAt(end) != '_') {
      return Optional.empty();
    }
    String version = name.substring(PREFIX.length(), end);
    try {
      LocalDateTime time = LocalDateTime.parse(name.substring(end + 1), TIME);
      return ReleaseVersion.isValid(version)
          ? Optional.of(new BackupName(ReleaseVersion.parse(version), time))
          : Optional.empty();
    } catch (DateTimeParseException noBackup) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return PREFIX + version + "_" + TIME.format(time);
  }
}
