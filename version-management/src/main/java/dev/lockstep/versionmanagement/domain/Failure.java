package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Duration;
import java.time.Instant;

/**
 * A release that was tried and did not get through.
 *
 * @param offerId the offer that it was tried in
 * @param component id of the component
 * @param version which version
 * @param culprit whether it failed itself; otherwise it was only in the same offer
 * @param attempts how often it was tried
 * @param blocked whether it is not tried again by itself
 * @param notBefore when it may be tried again, where it is not blocked
 * @param reason what went wrong
 */
public record Failure(
    String offerId,
    String component,
    ReleaseVersion version,
    boolean culprit,
    int attempts,
    boolean blocked,
    Instant notBefore,
    String reason) {
  private static final int MAX_ATTEMPTS = 5;
  private static final int MAX_DOUBLINGS = 10;
  private static final Duration FIRST_PAUSE = Duration.ofMinutes(5);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(24);

  /** How a deployment ended that did not get through. */
  public enum Kind {
    /** Installed and gone back: never again by itself. */
    REVERTED,
    /** Not carried out; again after a pause that grows, five times. */
    NOT_DONE,
    /** A component said "not now"; again after a pause that grows. */
    DEFERRED
  }

  /**
   * The next failure of the same release.
   *
   * @param earlier how often it failed before
   */
  public static Failure next(
      Offer offer,
      String component,
      ReleaseVersion version,
      boolean culprit,
      Kind kind,
      int earlier,
      Instant now,
      String reason) {
    int attempts = earlier + 1;
    boolean blocked = kind == Kind.REVERTED || (kind == Kind.NOT_DONE && attempts >= MAX_ATTEMPTS);
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(earlier, MAX_DOUBLINGS));
    Instant again = now.plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
    return new Failure(offer.id(), component, version, culprit, attempts, blocked, again, reason);
  }

  /** Whether it keeps the release from being offered. */
  public boolean counts(Instant now) {
    return blocked || notBefore.isAfter(now);
  }

  /** For people. */
  public String inWords() {
    return blocked
        ? "it was tried %d time(s) and is not tried again by itself: %s".formatted(attempts, reason)
        : "it is tried again after %s: %s".formatted(notBefore, reason);
  }
}
