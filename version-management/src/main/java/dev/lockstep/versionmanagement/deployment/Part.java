package dev.lockstep.versionmanagement.deployment;

import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.versionmanagement.domain.Problem;
import dev.lockstep.versionmanagement.domain.Site;
import java.util.Optional;

/**
 * One component on one device as part of a deployment.
 *
 * @param site which
 * @param to the version that it gets
 * @param state how far it is
 * @param problem why it did not get there
 */
public record Part(Site site, ReleaseVersion to, State state, Optional<Problem> problem) {
  /** How far a part is. */
  public enum State {
    /** Not staged yet. */
    WAITING,
    /** Verified, in an inactive slot. */
    STAGED,
    /** Away, and its old version fits: it catches up when it returns. */
    LEFT_BEHIND,
    /** The new version runs. */
    COMMITTED,
    /** Staging or installing failed; the old version runs. */
    FAILED
  }

  static Part waiting(Site site, ReleaseVersion to) {
    return new Part(site, to, State.WAITING, Optional.empty());
  }

  Part in(State next) {
    return new Part(site, to, next, problem);
  }

  Part failed(Problem why) {
    return new Part(site, to, State.FAILED, Optional.of(why));
  }
}
