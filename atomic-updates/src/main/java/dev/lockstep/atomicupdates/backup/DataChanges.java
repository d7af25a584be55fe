package dev.lockstep.atomicupdates.backup;

import java.time.Instant;
import java.util.Optional;

/**
 * How a component's data differ from a backup, by size and time of their files: what bringing the
 * backup back takes away.
 *
 * @param changed files that were written since
 * @param added files that were not there
 * @param removed files that are gone since
 * @param bytes of the changed and added files as they are now
 * @param newest when the newest of these was written, empty where there is none
 */
public record DataChanges(
    long changed, long added, long removed, long bytes, Optional<Instant> newest) {

  /** Whether the data are as they were. */
  public boolean none() {
    return changed + added + removed == 0;
  }
}
