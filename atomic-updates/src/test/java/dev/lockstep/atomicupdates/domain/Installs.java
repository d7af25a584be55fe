package dev.lockstep.atomicupdates.domain;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Instant;

/** Installs for tests. */
final class Installs {
  static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  static final Instant LATER = NOW.plusSeconds(10);

  private Installs() {}

  static ReleaseVersion v(String version) {
    return ReleaseVersion.parse(version);
  }

  static Install requested() {
    return Install.requested(
        new Install.Key("job", "backend"),
        new Install.Order(Install.Method.UPDATE, "tester", ""),
        new Install.Versions(v("1.0.0"), v("1.1.0"), null),
        NOW);
  }

  /** In that state; at the migration where a step is needed. */
  static Install in(InstallState state) {
    boolean steps = state == InstallState.INSTALLING || state == InstallState.REVERTING;
    return requested()
        .at(
            new Install.Position(
                state, steps ? InstallStep.MIGRATE : null, steps ? InstallStep.MIGRATE : null, 0),
            NOW);
  }

  /** Its data could not be put back. */
  static Install owingData(Failure why) {
    return requested()
        .backedUpAs("backup")
        .failing(why)
        .at(
            new Install.Position(
                InstallState.REVERT_FAILED, InstallStep.BACKUP, InstallStep.MIGRATE, 0),
            NOW);
  }

  static Install waitingWith(ReleaseVersion to, InstallState state) {
    return Install.requested(
            new Install.Key("job-" + to, "backend"),
            new Install.Order(Install.Method.UPDATE, "", ""),
            new Install.Versions(v("1.0.0"), to, null),
            NOW)
        .at(new Install.Position(state, null, null, 0), NOW);
  }
}
