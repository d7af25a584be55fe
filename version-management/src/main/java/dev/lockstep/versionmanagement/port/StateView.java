package dev.lockstep.versionmanagement.port;

import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.versionmanagement.deployment.Deployment;
import dev.lockstep.versionmanagement.domain.ComponentOnDevice;
import dev.lockstep.versionmanagement.domain.CurrentOffer;
import dev.lockstep.versionmanagement.domain.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything that a late joiner needs.
 *
 * @param at when it was so
 * @param components every component on every device
 * @param jobs the running deployment, then the last ones, newest first
 * @param offer the current offer
 * @param plannedAt when it will be installed
 * @param lastCheck when the last check ended
 * @param nextCheck when the next one is scheduled
 * @param notices restarts that were announced
 * @param lastProblem what went wrong last, where it still matters
 * @param autoInstall the setting
 */
public record StateView(
    Instant at,
    List<Component> components,
    List<Job> jobs,
    CurrentOffer offer,
    Optional<Instant> plannedAt,
    Optional<Instant> lastCheck,
    Optional<Instant> nextCheck,
    List<RestartPlan> notices,
    Optional<Problem> lastProblem,
    boolean autoInstall) {

  /** A component with the version that it could go to. */
  public record Component(ComponentOnDevice known, Optional<ReleaseVersion> available) {}

  /**
   * A deployment.
   *
   * @param percent how far its present phase is, 0 to 100
   * @param continues id of the deployment before it on the same way; empty where there is none
   */
  public record Job(Deployment deployment, int percent, String continues) {}
}
