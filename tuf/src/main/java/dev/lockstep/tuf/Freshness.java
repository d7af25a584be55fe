package dev.lockstep.tuf;

import dev.lockstep.tuf.metadata.Role;
import java.time.Instant;

/** Refuses what has expired at the start time of an update (specification section 5.1). */
record Freshness(Instant startTime) {

  void check(Role role, String what) {
    if (role.isExpiredAt(startTime)) {
      throw expired(what, role.version(), role.expires());
    }
  }

  void check(VerifiedFacts facts, String what) {
    if (!facts.expires().isAfter(startTime)) {
      throw expired(what, facts.version(), facts.expires());
    }
  }

  private ExpiredException expired(String what, long version, Instant expires) {
    return new ExpiredException(
        "cannot trust the "
            + what
            + " (version "
            + version
            + "): it expired at "
            + expires
            + " and it is "
            + startTime
            + "; check this device's clock, or ask the publisher to refresh the repository");
  }
}
