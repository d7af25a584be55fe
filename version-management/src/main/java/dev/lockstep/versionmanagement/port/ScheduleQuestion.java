package dev.lockstep.versionmanagement.port;

import dev.lockstep.versionmanagement.domain.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Somebody asks for an install at some time, or to change that.
 *
 * @param action what
 * @param offerId which offer; empty means the current one
 * @param at the time of {@link Action#AT}
 * @param postponeBy of {@link Action#POSTPONE}
 * @param requestedBy who
 * @param again whether also what failed before is meant
 * @param wanted exactly these releases, in place of an offer
 * @param dryRun whether it is only said what would be installed
 * @param device the device that asks for its users, who may only put off what is planned; empty
 *     where somebody asks who may decide
 */
public record ScheduleQuestion(
    Action action,
    String offerId,
    Optional<Instant> at,
    Optional<Duration> postponeBy,
    String requestedBy,
    boolean again,
    Optional<Wanted> wanted,
    boolean dryRun,
    String device) {
  /** What is asked for. */
  public enum Action {
    /** As soon as everything is staged. */
    NOW,
    /** At a time. */
    AT,
    /** At the next preferred time. */
    PREFERRED_TIME,
    /** Later than planned. */
    POSTPONE,
    /** Not at all, for now. */
    CANCEL,
    /** Something that this version does not know. */
    UNKNOWN
  }
}
