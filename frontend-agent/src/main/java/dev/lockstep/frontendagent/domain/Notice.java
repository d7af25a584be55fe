package dev.lockstep.frontendagent.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A restart that is planned, or not any more. Times are of the sender's clock.
 *
 * @param id stays the same while the plan changes
 * @param jobId the install
 * @param place what restarts; everywhere for the plan of a whole deployment
 * @param source who sent it
 * @param plannedAt when
 * @param sentAt when it was sent
 * @param expectedDowntime how long it may take
 * @param postponableUntil absent where it cannot be postponed
 * @param supersedes id of the notice that it replaces, or empty
 * @param cancelled whether nothing is planned any more
 * @param reason for people
 * @param fromVersion what runs, or empty
 * @param toVersion what will run, or empty
 */
public record Notice(
    String id,
    String jobId,
    Place place,
    String source,
    Instant plannedAt,
    Instant sentAt,
    Duration expectedDowntime,
    Optional<Instant> postponableUntil,
    String supersedes,
    boolean cancelled,
    String reason,
    String fromVersion,
    String toVersion) {
  private static final int MAX_TEXT = 4096;

  /** Checks that it can be kept. */
  public Notice {
    if (id.isEmpty() || id.length() > MAX_TEXT || reason.length() > MAX_TEXT) {
      throw new IllegalArgumentException("a restart notice needs an id, and short texts");
    }
  }
}
