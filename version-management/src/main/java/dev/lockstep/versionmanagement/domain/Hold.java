package dev.lockstep.versionmanagement.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * A person's or a policy's "not yet".
 *
 * @param component id; empty for all components
 * @param until when it ends by itself; absent: when it is lifted
 * @param reason for people
 * @param setBy who
 */
public record Hold(String component, Optional<Instant> until, String reason, String setBy) {
  /** Whether it still counts. */
  public boolean active(Instant now) {
    return until.map(end -> end.isAfter(now)).orElse(true);
  }

  /** Whether it concerns the component. */
  public boolean covers(String other) {
    return component.isEmpty() || component.equals(other);
  }
}
