package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * A release that was tried and did not get through.
 *
 * @param offerId the offer that it was tried in
 * @param component id of the component
 * @param version which version
 * @param culprit whether it failed itself; otherwise it was only in the same offer
 * @param kind how the last try ended
 * @param at when the last try ended
 * @param attempts how often it was tried
 * @param blocked whether it is not tried again by itself
 * @param notBefore when it may be tried again, where it is not blocked
 * @param reason what went wrong, in a few words
 * @param downTo where a person went back on purpose: to this version, so that everything newer, up
 *     to the version that was left, waits until it is asked for
 */
public record Failure(
    String offerId,
    String component,
    ReleaseVersion version,
    boolean culprit,
    Kind kind,
    Instant at,
    int attempts,
    boolean blocked,
    Instant notBefore,
    String reason,
    Optional<ReleaseVersion> downTo) {
  private static final int MAX_ATTEMPTS = 5;
  private static final int MAX_DOUBLINGS = 10;
  private static final Duration FIRST_PAUSE = Duration.ofMinutes(5);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(24);
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");

  /** How a deployment ended that did not get through. */
  public enum Kind {
    /** Installed and gone back: never again by itself. */
    REVERTED("reverted", true),
    /** Installed, and going back did not work either: never again by itself. */
    REVERT_FAILED("failed without a way back", true),
    /** Not carried out; again after a pause that grows, five times. */
    NOT_DONE("failed", false),
    /** A component said "not now"; again after a pause that grows. */
    DEFERRED("deferred", false),
    /** It worked, and a person went back to an older one: never again by itself. */
    LEFT("left", true);

    private final String word;
    private final boolean installed;

    Kind(String word, boolean installed) {
      this.word = word;
      this.installed = installed;
    }

    /** Whether it was active. */
    public boolean installed() {
      return installed;
    }
  }

  /** Fills in what a journal of an earlier version does not know. */
  public Failure {
    kind = kind == null ? (blocked ? Kind.REVERTED : Kind.NOT_DONE) : kind;
    at = at == null ? notBefore : at;
    downTo = downTo == null ? Optional.empty() : downTo;
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
    boolean blocked = kind.installed() || (kind == Kind.NOT_DONE && attempts >= MAX_ATTEMPTS);
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(earlier, MAX_DOUBLINGS));
    Instant again = now.plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
    return new Failure(
        offer.id(),
        component,
        version,
        culprit,
        kind,
        now,
        attempts,
        blocked,
        again,
        reason,
        Optional.empty());
  }

  /** A person went back from a version to an older one. */
  public static Failure left(
      String component, ReleaseVersion left, ReleaseVersion downTo, Instant now, String who) {
    return new Failure(
        Offer.NONE.id(),
        component,
        left,
        true,
        Kind.LEFT,
        now,
        1,
        true,
        now,
        "%s went back to %s".formatted(who.isEmpty() ? "somebody" : who, downTo),
        Optional.of(downTo));
  }

  /** The same, with all that is newer than a version, where that is older. */
  public Failure downTo(Optional<ReleaseVersion> older) {
    return new Failure(
        offerId,
        component,
        version,
        culprit,
        kind,
        at,
        attempts,
        blocked,
        notBefore,
        reason,
        older.filter(version::isNewerThan));
  }

  /** Whether it speaks about that version of its component. */
  public boolean concerns(String other, ReleaseVersion candidate) {
    return component.equals(other)
        && (version.equals(candidate)
            || downTo
                .filter(down -> candidate.isNewerThan(down) && version.isNewerThan(candidate))
                .isPresent());
  }

  /** Whether it keeps the release from being offered. */
  public boolean counts(Instant now) {
    return blocked || notBefore.isAfter(now);
  }

  /** Whether it is a failure of a release of that offer. */
  public boolean of(Offer offer) {
    return version.equals(offer.versions().get(component));
  }

  /** "reverted on 2026-11-21 03:30: backend 1.2.0 answered 503 for 5 s", in local time. */
  public String inWords(ZoneId zone) {
    String often = attempts > 1 ? ", try " + attempts : "";
    return "%s on %s%s: %s".formatted(kind.word, TIME.format(at.atZone(zone)), often, reason);
  }

  /** The same with when it is tried again, or how to ask for that. */
  public String whyWithheld(ZoneId zone) {
    String again =
        blocked
            ? "ask for it with --again"
            : "it is tried again after " + TIME.format(notBefore.atZone(zone));
    return inWords(zone) + "; " + again;
  }
}
