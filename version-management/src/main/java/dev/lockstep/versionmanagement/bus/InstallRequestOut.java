package dev.lockstep.versionmanagement.bus;

import dev.lockstep.protocol.v1.InstallRequest;
import dev.lockstep.protocol.v1.ReleaseId;
import dev.lockstep.versionmanagement.deployment.Deployment;
import dev.lockstep.versionmanagement.deployment.Part;
import java.util.List;

/** update/install/request: each component once; devices only where not all take part. */
final class InstallRequestOut {
  private InstallRequestOut() {}

  static InstallRequest toWire(Deployment deployment) {
    InstallRequest.Builder wire =
        InstallRequest.newBuilder()
            .setJobId(deployment.jobId())
            .setOfferId(deployment.offer().id())
            .setRequestedBy(deployment.wish().requestedBy());
    if (!deployment.offer().everywhere()) {
      wire.addAllDevices(devices(deployment));
    }
    deployment
        .offer()
        .versions()
        .forEach(
            (component, version) ->
                wire.addReleases(
                    ReleaseId.newBuilder().setComponent(component).setVersion(version.toString())));
    return wire.build();
  }

  /** Who is away is not named: the hub may not know him. He gets an offer when he is back. */
  private static List<String> devices(Deployment deployment) {
    return deployment.parts().stream()
        .filter(part -> part.state() != Part.State.LEFT_BEHIND)
        .map(part -> part.site().device())
        .distinct()
        .sorted()
        .toList();
  }
}
