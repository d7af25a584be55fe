package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.Install.Method;
import dev.lockstep.atomicupdates.domain.InstallState;
import dev.lockstep.atomicupdates.domain.InstallStep;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What the journal gets where it knows nothing of a component that is there: it was damaged and set
 * aside, or removed. Slots and links say what is active. That nothing was going on is known from
 * the note beside the journal; where something was, a person has to look.
 */
final class LostJournal {
  private static final String FOUND = "found on the disk";

  private LostJournal() {}

  /**
   * The row for what was found.
   *
   * @param noted what the note of an install that was going on says; empty where none was
   * @param kept the damaged journal; empty where there was none
   */
  static Install found(
      String component,
      ReleaseVersion active,
      Optional<String> noted,
      Optional<String> kept,
      Instant now) {
    boolean atRest = noted.isEmpty();
    return new Install(
        new Install.Key(UUID.randomUUID().toString(), component),
        new Install.Order(Method.FRESH, FOUND, ""),
        new Install.Versions(null, active, null),
        new Install.Position(
            atRest ? InstallState.COMMITTED : InstallState.REVERT_FAILED,
            atRest ? null : InstallStep.FIRST,
            null,
            0),
        new Install.Backups(null, null),
        new Install.Times(now, now, now, null, null, now),
        noted.map(note -> interrupted(component, active, note, kept)).orElse(null),
        0,
        atRest);
  }

  private static Failure interrupted(
      String component, ReleaseVersion active, String noted, Optional<String> kept) {
    return Failure.forOperator(
        ErrorCode.ERROR_CODE_JOURNAL,
        ("cannot tell how far the install of %s was: the journal was lost%s while job %s was"
                + " going on and %s is active; check its data or put them back from the backup,"
                + " then install a release")
            .formatted(
                component,
                kept.map(file -> " (kept as " + file + ")").orElse(""),
                String.join(", ", noted.lines().toList()),
                active));
  }
}
