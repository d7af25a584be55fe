package dev.lockstep.versionmanagement.service;

import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.versionmanagement.deployment.Deployment;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent;
import dev.lockstep.versionmanagement.deployment.DeploymentState;
import dev.lockstep.versionmanagement.deployment.Part;
import dev.lockstep.versionmanagement.deployment.Wish;
import dev.lockstep.versionmanagement.domain.ComponentOnDevice;
import dev.lockstep.versionmanagement.domain.ComponentRole;
import dev.lockstep.versionmanagement.domain.CurrentOffer;
import dev.lockstep.versionmanagement.domain.Decision;
import dev.lockstep.versionmanagement.domain.Inventory;
import dev.lockstep.versionmanagement.domain.Offer;
import dev.lockstep.versionmanagement.domain.Problem;
import dev.lockstep.versionmanagement.domain.Site;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What follows by itself from the offer, and from the end of a deployment. */
final class FollowUp {
  private final Offers offers;
  private final Deployments deployments;
  private final Inventory inventory;
  private final Clock clock;

  FollowUp(Offers offers, Deployments deployments, Inventory inventory, Clock clock) {
    this.offers = offers;
    this.deployments = deployments;
    this.inventory = inventory;
    this.clock = clock;
  }

  /**
   * Brings the active deployment in line with the offer, or begins one.
   *
   * @param settled whether everybody had time to announce itself
   */
  void followOffer(boolean settled) {
    deployments.active().ifPresent(this::align);
    CurrentOffer current = offers.current();
    if (settled && deployments.active().isEmpty() && goOn()) {
      return;
    }
    boolean begin =
        settled
            && deployments.active().isEmpty()
            && offers.catalogue().isPresent()
            && !current.offer().nothing()
            && current.decision().kind().downloads();
    if (begin) {
      deployments.begin(current.offer(), Wish.ofPolicy(wish(current.decision())));
    }
  }

  /**
   * Takes the next step of the way on which a person has sent the app (R173).
   *
   * @return whether there is one
   */
  private boolean goOn() {
    Instant now = clock.instant();
    Optional<Deployment> last = deployments.last().filter(one -> one.leadsOn(now));
    if (last.isEmpty() || offers.catalogue().isEmpty()) {
      return false;
    }
    Offer done = last.get().offer();
    Offer next =
        done.wanted()
            .map(wanted -> offers.named(wanted, now).offer())
            .orElseGet(() -> offers.current().offer());
    boolean held = offers.decide(next, now).kind() == Decision.Kind.HELD;
    if (held || !done.isFollowedBy(next)) {
      return false;
    }
    deployments.begin(
        next, Wish.ofPerson(Wish.Kind.NOW, Optional.empty(), last.get().wish().requestedBy()));
    return true;
  }

  /** A site that has got a release says so only with its next announcement. */
  void ended(Deployment deployment, Instant until) {
    for (Part part : deployment.parts()) {
      boolean committed =
          part.state() == Part.State.COMMITTED
              || (deployment.state() == DeploymentState.COMMITTED
                  && part.state() == Part.State.STAGED);
      if (committed && deployment.state() != DeploymentState.REVERTED) {
        deployment
            .offer()
            .at(part.site())
            .ifPresent(release -> inventory.expect(part.site(), release, until));
      }
    }
  }

  private void align(Deployment active) {
    if (!active.state().beforeInstall()) {
      return;
    }
    Decision decision = offers.decide(active.offer(), clock.instant());
    CurrentOffer current = offers.current();
    boolean offered = current.offer().id().equals(active.offer().id());
    boolean scheduledByPerson =
        active.wish().byPerson()
            && active.wish().kind() != Wish.Kind.NONE
            && offers.stillExists(active.offer());
    if (!offered && !scheduledByPerson) {
      String why =
          current.offer().nothing()
              ? "it is not offered any more"
              : "replaced by the offer of " + current.offer().inWords();
      deployments.apply(
          new DeploymentEvent.Withdrawn(
              Problem.retry(ErrorCode.ERROR_CODE_DOWNLOAD_CANCELLED, why)));
      return;
    }
    deployments.apply(new DeploymentEvent.Attendance(mayStayBehind(active)));
    boolean held = decision.kind() == Decision.Kind.HELD;
    if (held ? active.wish().kind() != Wish.Kind.NONE : !active.wish().byPerson()) {
      deployments.apply(new DeploymentEvent.Wished(Wish.ofPolicy(wish(decision))));
    }
  }

  private static Wish.Kind wish(Decision decision) {
    return switch (decision.kind()) {
      case INSTALL_NOW -> Wish.Kind.NOW;
      case INSTALL_AT_PREFERRED_TIME -> Wish.Kind.PREFERRED;
      case REPORT, DOWNLOAD, HELD -> Wish.Kind.NONE;
    };
  }

  private Set<Site> mayStayBehind(Deployment deployment) {
    List<ComponentOnDevice> known = inventory.at(clock.instant());
    return deployment.offer().sites().stream()
        .filter(
            site ->
                find(known, site)
                    .filter(ComponentOnDevice::away)
                    .filter(one -> one.role() == ComponentRole.FRONTEND)
                    .filter(one -> one.version().isPresent())
                    .filter(deployment.offer()::fitsUnchanged)
                    .isPresent())
        .collect(Collectors.toSet());
  }

  private static Optional<ComponentOnDevice> find(List<ComponentOnDevice> known, Site site) {
    return known.stream().filter(one -> one.site().equals(site)).findFirst();
  }
}
