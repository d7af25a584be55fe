package dev.lockstep.versionmanagement.deployment;

import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.versionmanagement.domain.Problem;
import dev.lockstep.versionmanagement.domain.Site;
import java.util.Optional;
import java.util.Set;

/** What can happen to a deployment. */
public sealed interface DeploymentEvent {
  /** It begins. */
  record Begun() implements DeploymentEvent {}

  /** The process has started again and found it in the journal. */
  record Restored() implements DeploymentEvent {}

  /** A device shows that it works on it. */
  record Heard(boolean installing) implements DeploymentEvent {}

  /** A release is verified and staged at a site. */
  record Staged(Site site, ReleaseVersion version) implements DeploymentEvent {}

  /** A site could not stage its release. */
  record StagingFailed(Site site, Problem problem) implements DeploymentEvent {}

  /**
   * Who is away, or has come back.
   *
   * @param mayStayBehind sites that are away and whose old version fits the rest
   */
  record Attendance(Set<Site> mayStayBehind) implements DeploymentEvent {
    /** Copies what is mutable. */
    public Attendance {
      mayStayBehind = Set.copyOf(mayStayBehind);
    }
  }

  /** Somebody, or the policy, says when it is to be installed. */
  record Wished(Wish wish) implements DeploymentEvent {}

  /** Time has passed. */
  record TimePassed() implements DeploymentEvent {}

  /** An install has ended at one site. */
  record SiteEnded(Site site, boolean committed, Optional<Problem> problem)
      implements DeploymentEvent {}

  /**
   * The whole deployment has ended.
   *
   * @param end COMMITTED, REVERTED, REVERT_FAILED, REFUSED or DEFERRED
   */
  record Ended(DeploymentState end, Optional<Problem> problem) implements DeploymentEvent {}

  /** It is not wanted any more. */
  record Withdrawn(Problem why) implements DeploymentEvent {}
}
