package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.deployment.Coordinator;
import dev.lockstep.atomicupdates.deployment.DeploymentRequest;
import dev.lockstep.atomicupdates.deployment.DeploymentRequest.Wanted;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.v1.InstallRequest;
import dev.lockstep.protocol.v1.ReleaseId;
import java.util.List;

/** Gives install requests to the hub's coordinator. */
final class InstallRequestConsumer implements Bus.Handler<InstallRequest> {
  private final Coordinator coordinator;

  InstallRequestConsumer(Coordinator coordinator) {
    this.coordinator = coordinator;
  }

  @Override
  public void accept(Received<InstallRequest> message) {
    InstallRequest request = message.payload();
    String jobId = Checked.job(request.getJobId());
    String requestedBy = Checked.text(request.getRequestedBy());
    DeploymentRequest read;
    try {
      read = read(jobId, requestedBy, request);
    } catch (MalformedContentException malformed) {
      coordinator.refuse(
          jobId,
          requestedBy,
          new Failure(
              ErrorCode.ERROR_CODE_OFFER_UNKNOWN,
              ErrorCategory.ERROR_CATEGORY_OPERATOR,
              "cannot install: " + malformed.getMessage() + "; ask for a release that is offered"));
      return;
    }
    coordinator.install(read);
  }

  private static DeploymentRequest read(String jobId, String requestedBy, InstallRequest request) {
    Checked.bounded("releases", request.getReleasesCount());
    List<Wanted> releases =
        request.getReleasesList().stream().map(InstallRequestConsumer::wanted).toList();
    return new DeploymentRequest(
        jobId,
        Checked.text(request.getOfferId()),
        releases,
        Checked.devices(request.getDevicesList()),
        request.getDryRun(),
        requestedBy);
  }

  private static Wanted wanted(ReleaseId release) {
    return new Wanted(
        Checked.component(release.getComponent()), Checked.version(release.getVersion()));
  }
}
