package dev.lockstep.atomicupdates.rehearsal;

import dev.lockstep.atomicupdates.staging.LocalRelease;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.List;
import java.util.Map;

/**
 * The releases that are rehearsed with: shell programs, of which two are good and one spoils its
 * data and crashes. Each adds its version to {@code data/starts}, so the data tell whose they are.
 */
final class RehearsalReleases {
  static final ReleaseVersion FIRST = ReleaseVersion.parse("1.0.0");
  static final ReleaseVersion UPDATE = ReleaseVersion.parse("2.0.0");
  static final ReleaseVersion FAILING = ReleaseVersion.parse("3.0.0");

  /** Ends by itself after five minutes: what a killed doctor leaves does not stay for good. */
  private static final String GOOD =
      """
      #!/bin/sh
      trap 'exit 0' TERM
      echo "$LOCKSTEP_VERSION" >>"$LOCKSTEP_COMPONENT_HOME/data/starts"
      left=300
      while [ "$left" -gt 0 ]; do
          sleep 1 &
          wait $!
          left=$((left - 1))
      done
      """;

  private static final String BAD =
      """
      #!/bin/sh
      echo spoiled >"$LOCKSTEP_COMPONENT_HOME/data/starts"
      echo "this release crashes on purpose"
      exit 3
      """;

  private static final String CHECK =
      """
      #!/bin/sh
      [ "$(tail -n 1 "$LOCKSTEP_COMPONENT_HOME/data/starts")" = "$(cat rehearsed)" ]
      """;

  private RehearsalReleases() {}

  static List<LocalRelease> all() {
    return List.of(release(FIRST, GOOD), release(UPDATE, GOOD), release(FAILING, BAD));
  }

  private static LocalRelease release(ReleaseVersion version, String program) {
    return LocalRelease.of(
        RehearsalSettings.COMPONENT,
        version,
        Map.of("bin/run", program, "bin/check", CHECK),
        Map.of("rehearsed", "VERSION"));
  }
}
