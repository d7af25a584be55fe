package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.protocol.version.VersionRange;
import java.time.Instant;
import java.util.Map;

/**
 * One component on one device within a deployment.
 *
 * @param site which component, where
 * @param role its place in the order
 * @param from version before and the one that a revert goes back to; null where none is known
 * @param to version after; null where the deployment only reverts
 * @param manifestTarget TUF target path of the release's manifest, a hint for the device
 * @param requires APIs that the version before needs, by range
 * @param status where it stands
 * @param deadline until when an answer is awaited; null where none is
 */
public record Step(
    Site site,
    Role role,
    ReleaseVersion from,
    ReleaseVersion to,
    String manifestTarget,
    Map<String, VersionRange> requires,
    StepStatus status,
    Instant deadline) {

  /** Copies what is mutable. */
  public Step {
    requires = Map.copyOf(requires);
  }

  /** Whether it comes after the backend. */
  public boolean frontend() {
    return role == Role.FRONTEND;
  }

  /** The same step, ended or waiting for its turn. */
  Step in(StepStatus next) {
    return new Step(site, role, from, to, manifestTarget, requires, next, null);
  }

  /** The same step, waiting for something else than an answer. */
  Step in(StepStatus next, Instant until) {
    return new Step(site, role, from, to, manifestTarget, requires, next, until);
  }

  /** The same step with an instruction out. */
  Step awaiting(Order order, Instant until) {
    return new Step(site, role, from, to, manifestTarget, requires, order.status(), until);
  }

  /** The same step with another hint at its manifest. */
  Step hinted(String target) {
    return new Step(site, role, from, to, target, requires, status, deadline);
  }

  /** Whether the version before can go on beside what is provided after the deployment. */
  boolean oldFits(Map<String, ReleaseVersion> provided) {
    return from == null || Announced.fits(requires, provided);
  }
}
