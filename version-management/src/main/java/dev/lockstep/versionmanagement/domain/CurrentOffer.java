package dev.lockstep.versionmanagement.domain;

import java.time.Instant;
import java.util.List;

/**
 * The offer as it stands, with what the policy decided.
 *
 * @param offer the releases; {@link Offer#NONE} where there is nothing
 * @param decision the policy's
 * @param offeredAt when it was made first
 * @param withheld newer releases that are not in it
 * @param inStore what people should get from a store; no part of the offer
 */
public record CurrentOffer(
    Offer offer,
    Decision decision,
    Instant offeredAt,
    List<Withheld> withheld,
    List<StoreRelease> inStore) {
  /** Copies what is mutable. */
  public CurrentOffer {
    withheld = List.copyOf(withheld);
    inStore = List.copyOf(inStore);
  }

  /** Nothing is offered. */
  public static CurrentOffer nothing(
      List<Withheld> withheld, List<StoreRelease> inStore, Instant at) {
    return new CurrentOffer(
        Offer.NONE,
        new Decision(Decision.Kind.REPORT, "nothing is offered"),
        at,
        withheld,
        inStore);
  }

  /** Whether there is nothing to install and nothing in a store. */
  public boolean nothingToShow() {
    return offer.nothing() && inStore.isEmpty();
  }

  /** Whether it says the same, apart from the time. */
  public boolean sameAs(CurrentOffer other) {
    return offer.equals(other.offer)
        && decision.equals(other.decision)
        && withheld.equals(other.withheld)
        && inStore.equals(other.inStore);
  }
}
