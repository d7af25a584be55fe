package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.List;
import java.util.Set;

/**
 * Somebody asks for a deployment.
 *
 * @param jobId id of the deployment; a repetition has the same
 * @param offerId offer that it carries out; empty where releases are named
 * @param releases what to install; empty where the offer says it
 * @param devices only these; empty means every device that has the component
 * @param dryRun says what would happen, changes nothing
 * @param requestedBy who asked
 */
public record DeploymentRequest(
    String jobId,
    String offerId,
    List<Wanted> releases,
    Set<String> devices,
    boolean dryRun,
    String requestedBy) {

  /** Copies what is mutable. */
  public DeploymentRequest {
    releases = List.copyOf(releases);
    devices = Set.copyOf(devices);
  }

  /** A component at a version. */
  public record Wanted(String component, ReleaseVersion version) {}
}
