package dev.lockstep.versionmanagement.deployment;

import java.time.Instant;
import java.util.Optional;

/**
 * When a deployment is to be installed.
 *
 * @param kind how the time is said
 * @param at the time of {@link Kind#AT}
 * @param byPerson whether a person said it; the policy does not change it then
 * @param requestedBy who
 */
public record Wish(Kind kind, Optional<Instant> at, boolean byPerson, String requestedBy) {
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
    return new Wish(kind, Optional.empty(), false, "policy");
  }

  /** What a person wants. */
  public static Wish ofPerson(Kind kind, Optional<Instant> at, String requestedBy) {
    return new Wish(kind, at, true, requestedBy);
  }

  /** Whether the publisher's urgency is behind it: no person can postpone or cancel it. */
  public boolean urgent() {
    return kind == Kind.NOW && !byPerson;
  }
}
