package dev.lockstep.atomicupdates.domain;

import java.util.Objects;

/**
 * What a revert does with the component's data.
 *
 * @param choice what was chosen
 * @param backup of {@link Choice#RESTORE}: the backup's name; empty for the newest that fits
 */
public record DataOnRevert(Choice choice, String backup) {
  /** Nothing was chosen. */
  public static final DataOnRevert AS_KEPT = new DataOnRevert(Choice.AS_KEPT, "");

  /** Only the code goes back. */
  public static final DataOnRevert KEEP = new DataOnRevert(Choice.KEEP, "");

  /** Checks that nothing is missing. */
  public DataOnRevert {
    Objects.requireNonNull(choice, "choice");
    Objects.requireNonNull(backup, "backup");
  }

  /** The data come back too, from the named backup or the newest that fits. */
  public static DataOnRevert restoring(String backup) {
    return new DataOnRevert(Choice.RESTORE, backup);
  }

  /** What can be chosen. */
  public enum Choice {
    /** Bring them back where the backup of that very step is there, otherwise keep them. */
    AS_KEPT,
    /** Keep them as they are now. */
    KEEP,
    /** Bring them back from a backup, or refuse. */
    RESTORE
  }
}
