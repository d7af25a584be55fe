package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.Set;

/**
 * Somebody asks to go back.
 *
 * @param jobId id of the deployment; a repetition has the same
 * @param component what goes back
 * @param devices only these; empty means every device that has the component
 * @param version to which version; null for the previous one
 * @param requestedBy who asked
 */
public record RevertRequest(
    String jobId,
    String component,
    Set<String> devices,
    ReleaseVersion version,
    String requestedBy) {

  /** Copies what is mutable. */
  public RevertRequest {
    devices = Set.copyOf(devices);
  }
}
