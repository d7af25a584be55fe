package dev.lockstep.versionmanagement.port;

import java.time.Instant;
import java.util.Optional;

/**
 * A person's "not yet", "never", or taking that back.
 *
 * @param action what
 * @param component empty means all components
 * @param version of a skip
 * @param until of a hold; absent means until lifted
 * @param reason for people
 * @param requestedBy who
 */
public record PolicyQuestion(
    Action action,
    String component,
    String version,
    Optional<Instant> until,
    String reason,
    String requestedBy) {
  /** What is asked for. */
  public enum Action {
    /** Not yet. */
    HOLD,
    /** Yes again. */
    UNHOLD,
    /** Never this version. */
    SKIP,
    /** This version after all. */
    UNSKIP,
    /** Something that this version does not know. */
    UNKNOWN
  }
}
