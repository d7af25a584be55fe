package dev.lockstep.versionmanagement.bus;

import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallOutcome;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent;
import dev.lockstep.versionmanagement.deployment.DeploymentState;
import dev.lockstep.versionmanagement.domain.Problem;
import dev.lockstep.versionmanagement.domain.Site;
import dev.lockstep.versionmanagement.port.Inbox;
import java.util.Optional;

/** update/install/complete: of one component on one device, or of the whole deployment. */
final class InstallCompleteIn {
  private final Inbox inbox;

  InstallCompleteIn(Inbox inbox) {
    this.inbox = inbox;
  }

  void accept(Received<InstallComplete> message) {
    InstallComplete wire = message.payload();
    Optional<Problem> problem =
        wire.hasError() ? Optional.of(Problems.toDomain(wire.getError())) : Optional.empty();
    if (wire.getComponent().isEmpty()) {
      end(wire.getOutcome())
          .ifPresent(
              state -> inbox.happened(wire.getJobId(), new DeploymentEvent.Ended(state, problem)));
      return;
    }
    Site site = Texts.site(wire.getDevice(), wire.getComponent());
    boolean committed = wire.getOutcome() == InstallOutcome.INSTALL_OUTCOME_COMMITTED;
    if (committed && wire.hasDowntime()) {
      inbox.down(site.component(), Times.toDomain(wire.getDowntime()));
    }
    boolean failed =
        wire.getOutcome() == InstallOutcome.INSTALL_OUTCOME_REVERTED
            || wire.getOutcome() == InstallOutcome.INSTALL_OUTCOME_REVERT_FAILED;
    inbox.happened(
        wire.getJobId(),
        committed || failed
            ? new DeploymentEvent.SiteEnded(site, committed, problem)
            : new DeploymentEvent.Heard(true));
  }

  private static Optional<DeploymentState> end(InstallOutcome outcome) {
    return switch (outcome) {
      case INSTALL_OUTCOME_COMMITTED -> Optional.of(DeploymentState.COMMITTED);
      case INSTALL_OUTCOME_REVERTED -> Optional.of(DeploymentState.REVERTED);
      case INSTALL_OUTCOME_REVERT_FAILED -> Optional.of(DeploymentState.REVERT_FAILED);
      case INSTALL_OUTCOME_REFUSED -> Optional.of(DeploymentState.REFUSED);
      case INSTALL_OUTCOME_DEFERRED -> Optional.of(DeploymentState.DEFERRED);
      case INSTALL_OUTCOME_DRY_RUN, INSTALL_OUTCOME_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }
}
