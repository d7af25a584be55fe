package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.deployment.DeploymentRequest.Wanted;
import dev.lockstep.atomicupdates.deployment.ReleaseHints;
import dev.lockstep.protocol.v1.Offer;
import dev.lockstep.protocol.v1.OfferedRelease;

/** Reads an offer as hints to plan by. */
final class OfferHints {
  private OfferHints() {}

  static void take(Offer offer, ReleaseHints hints) {
    if (offer.getReleasesCount() == 0) {
      return;
    }
    Checked.bounded("releases", offer.getReleasesCount());
    hints.offered(
        Checked.text(offer.getOfferId()),
        offer.getReleasesList().stream().map(OfferHints::hint).toList());
  }

  private static ReleaseHints.Hint hint(OfferedRelease release) {
    return new ReleaseHints.Hint(
        new Wanted(
            Checked.component(release.getComponent()), Checked.version(release.getToVersion())),
        Checked.target(release.getManifestTarget()),
        Checked.devices(release),
        Checked.provided(release.getProvidesList()));
  }
}
