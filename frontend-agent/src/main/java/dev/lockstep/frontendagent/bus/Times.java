package dev.lockstep.frontendagent.bus;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;

/** Times on the wire and in the domain. */
final class Times {
  private Times() {}

  static Timestamp toWire(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  static Duration toWire(java.time.Duration duration) {
    return Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  /** Refuses what is no time. */
  static Instant fromWire(Timestamp timestamp) {
    try {
      return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    } catch (DateTimeException | ArithmeticException unreadable) {
      throw new IllegalArgumentException("a time cannot be read", unreadable);
    }
  }

  static java.time.Duration fromWire(Duration duration) {
    try {
      return java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
    } catch (ArithmeticException unreadable) {
      throw new IllegalArgumentException("a duration cannot be read", unreadable);
    }
  }
}
