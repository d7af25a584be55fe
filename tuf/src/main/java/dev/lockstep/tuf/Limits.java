package dev.lockstep.tuf;

import java.time.Duration;
import java.time.Instant;

/**
 * What the client accepts at most. A length that signed metadata states takes the place of the
 * snapshot's and targets' limits here.
 *
 * @param rootRotations new root versions in one refresh; more is an error
 * @param rootBytes largest root
 * @param timestampBytes largest timestamp
 * @param snapshotBytes largest snapshot whose length the timestamp does not state
 * @param targetsBytes largest targets document whose length the snapshot does not state
 * @param delegatedRoles roles visited in one search; more is an error
 * @param earliestTime a time that has surely passed; a clock before it is wrong
 * @param clockTolerance how far a clock may go back from one refresh to the next, for example after
 *     a wrong time zone
 */
public record Limits(
    int rootRotations,
    long rootBytes,
    long timestampBytes,
    long snapshotBytes,
    long targetsBytes,
    int delegatedRoles,
    Instant earliestTime,
    Duration clockTolerance) {

  /** Long enough for every clock that the JDK knows. */
  private static final Duration ANY = Duration.ofDays(365L * 1_000_000);

  public Limits {
    if (rootRotations < 1
        || rootBytes < 1
        || timestampBytes < 1
        || snapshotBytes < 1
        || targetsBytes < 1
        || delegatedRoles < 1) {
      throw new IllegalArgumentException("every limit is at least 1");
    }
  }

  /** Limits with a clock that may go back by a day. */
  public Limits(
      int rootRotations,
      long rootBytes,
      long timestampBytes,
      long snapshotBytes,
      long targetsBytes,
      int delegatedRoles,
      Instant earliestTime) {
    this(
        rootRotations,
        rootBytes,
        timestampBytes,
        snapshotBytes,
        targetsBytes,
        delegatedRoles,
        earliestTime,
        Duration.ofDays(1));
  }

  /** The same limits, with every time believed that the clock gives. */
  public Limits withAnyClock() {
    return new Limits(
        rootRotations,
        rootBytes,
        timestampBytes,
        snapshotBytes,
        targetsBytes,
        delegatedRoles,
        Instant.MIN,
        ANY);
  }

  /** The same limits with another number of roles that one search may visit. */
  public Limits withDelegatedRoles(int most) {
    return new Limits(
        rootRotations,
        rootBytes,
        timestampBytes,
        snapshotBytes,
        targetsBytes,
        most,
        earliestTime,
        clockTolerance);
  }

  /** Wide enough for every repository that its publisher did not make to be hard to read. */
  public static Limits defaults() {
    return new Limits(
        1024, 512_000, 64_000, 8_000_000, 32_000_000, 64, Instant.parse("2024-01-01T00:00:00Z"));
  }
}
