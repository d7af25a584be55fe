package dev.lockstep.versionmanagement.bus;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;

/** Points in time and lengths of time as they travel. What is out of range is moved to its end. */
final class Times {
  private static final long EARLIEST = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
  private static final long LATEST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
  private static final long LONGEST_SECONDS = 315_576_000_000L;
  private static final int MAX_NANOS = 999_999_999;

  private Times() {}

  static Timestamp toWire(Instant time) {
    long seconds = Math.max(EARLIEST, Math.min(LATEST, time.getEpochSecond()));
    return Timestamp.newBuilder().setSeconds(seconds).setNanos(time.getNano()).build();
  }

  static Instant toDomain(Timestamp time) {
    long seconds = Math.max(EARLIEST, Math.min(LATEST, time.getSeconds()));
    return Instant.ofEpochSecond(seconds, Math.max(0, Math.min(MAX_NANOS, time.getNanos())));
  }

  static com.google.protobuf.Duration toWire(Duration length) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(length.getSeconds())
        .setNanos(length.getNano())
        .build();
  }

  static Duration toDomain(com.google.protobuf.Duration length) {
    long seconds = Math.max(-LONGEST_SECONDS, Math.min(LONGEST_SECONDS, length.getSeconds()));
    return Duration.ofSeconds(
        seconds, Math.max(-MAX_NANOS, Math.min(MAX_NANOS, length.getNanos())));
  }
}
