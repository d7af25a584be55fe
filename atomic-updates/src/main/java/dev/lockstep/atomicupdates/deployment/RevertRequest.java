package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.atomicupdates.domain.DataOnRevert;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.Set;

/**
 * Somebody asks to go back.
 *
 * @param jobId id of the deployment; a repetition has the same
 * @param component what goes back
 * @param devices only these; empty means every device that has the component
 * @param version to which version; null for the previous one
 * @param data what becomes of the data
 * @param requestedBy who asked
 */
public record RevertRequest(
    String jobId,
    String component,
    Set<String> devices,
    ReleaseVersion version,
    DataOnRevert data,
    String requestedBy) {

  /** One that leaves open what becomes of the data. */
  public RevertRequest(
      String jobId,
      String component,
      Set<String> devices,
      ReleaseVersion version,
      String requestedBy) {
    this(jobId, component, devices, version, DataOnRevert.AS_KEPT, requestedBy);
  }

  /** Copies what is mutable. */
  public RevertRequest {
    devices = Set.copyOf(devices);
  }
}
