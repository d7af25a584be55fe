package dev.lockstep.versionmanagement.deployment;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a deployment is to be installed.
 *
 * @param kind how the time is said
 * @param at the time of {@link Kind#AT}
 * @param byPerson whether a person said it; the policy does not change it then
 * @param requestedBy who
 * @param postponed how often and by how much it was postponed so far
 */
public record Wish(
    Kind kind, Optional<Instant> at, boolean byPerson, String requestedBy, Postponed postponed) {

  /**
   * Postponements so far.
   *
   * @param times how many
   * @param total by how much together
   */
  public record Postponed(int times, Duration total) {
    /** Never. */
    public static final Postponed NEVER = new Postponed(0, Duration.ZERO);

    /** Once more. */
    public Postponed by(Duration more) {
      return new Postponed(times + 1, total.plus(more));
    }
  }

  /** A journal of before has no postponements. */
  public Wish {
    postponed = postponed == null ? Postponed.NEVER : postponed;
  }

  /** How the time is said. */
  public enum Kind {
    /** Not until somebody says so. */
    NONE,
    /** As soon as everything is staged. */
    NOW,
    /** At a time. */
    AT,
    /** At the next preferred time after everything is staged. */
    PREFERRED
  }

  /** What the policy wants. */
  public static Wish ofPolicy(Kind kind) {
    return new Wish(kind, Optional.empty(), false, "policy", Postponed.NEVER);
  }

  /** What a person wants. */
  public static Wish ofPerson(Kind kind, Optional<Instant> at, String requestedBy) {
    return new Wish(kind, at, true, requestedBy, Postponed.NEVER);
  }

  /** The same plan, later. */
  public Wish later(Instant time, Duration by, String who) {
    return new Wish(Kind.AT, Optional.of(time), true, who, postponed.by(by));
  }

  /** Whether the publisher's urgency is behind it: no person can postpone or cancel it. */
  public boolean urgent() {
    return kind == Kind.NOW && !byPerson;
  }
}
