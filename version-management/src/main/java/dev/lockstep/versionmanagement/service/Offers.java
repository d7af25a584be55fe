package dev.lockstep.versionmanagement.service;

import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.versionmanagement.deployment.Deployment;
import dev.lockstep.versionmanagement.deployment.Wish;
import dev.lockstep.versionmanagement.domain.Catalogue;
import dev.lockstep.versionmanagement.domain.ComponentOnDevice;
import dev.lockstep.versionmanagement.domain.CurrentOffer;
import dev.lockstep.versionmanagement.domain.Decision;
import dev.lockstep.versionmanagement.domain.Exclusions;
import dev.lockstep.versionmanagement.domain.Failure;
import dev.lockstep.versionmanagement.domain.Inventory;
import dev.lockstep.versionmanagement.domain.NamedOffer;
import dev.lockstep.versionmanagement.domain.Offer;
import dev.lockstep.versionmanagement.domain.OfferMaker;
import dev.lockstep.versionmanagement.domain.OfferMaker.Proposal;
import dev.lockstep.versionmanagement.domain.Policy;
import dev.lockstep.versionmanagement.domain.PolicySettings;
import dev.lockstep.versionmanagement.domain.Problem;
import dev.lockstep.versionmanagement.domain.Wanted;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What is offered now, from inventory, releases, what people decided and what failed. */
final class Offers {
  private final String channel;
  private final OfferMaker maker;
  private final PolicySettings settings;
  private final ZoneId zone;
  private final Inventory inventory;
  private final RuleBook rules;
  private final FailureBook failures;
  private final HardwareBook hardware;
  private Optional<Catalogue> catalogue = Optional.empty();
  private CurrentOffer current;

  Offers(
      ServiceSettings settings,
      Inventory inventory,
      RuleBook rules,
      FailureBook failures,
      HardwareBook hardware,
      Instant now) {
    this.channel = settings.channel();
    this.maker = new OfferMaker(channel);
    this.settings = settings.policy();
    this.zone = settings.preferredTime().zone();
    this.inventory = inventory;
    this.rules = rules;
    this.failures = failures;
    this.hardware = hardware;
    this.current = CurrentOffer.nothing(List.of(), List.of(), now);
  }

  CurrentOffer current() {
    return current;
  }

  /** What exists; empty until a check has succeeded, and after one that is not to be trusted. */
  Optional<Catalogue> catalogue() {
    return catalogue;
  }

  void found(Catalogue found) {
    catalogue = Optional.of(found);
  }

  void forget() {
    catalogue = Optional.empty();
  }

  /**
   * Makes the offer anew.
   *
   * @param active what is carried out: it stays on offer while releases are unknown, and what a
   *     person tries again does not count as failed meanwhile
   * @return whether it says something else than before
   */
  boolean reconsider(Optional<Deployment> active, Instant now) {
    Optional<Offer> again =
        active
            .filter(one -> one.wish().byPerson() && one.wish().kind() != Wish.Kind.NONE)
            .map(Deployment::offer);
    Proposal proposal =
        catalogue
            .map(known -> maker.make(inventory.at(now), known, excluded(known, again, now)))
            .orElseGet(
                () ->
                    new Proposal(
                        active.map(Deployment::offer).orElse(Offer.NONE), List.of(), List.of()));
    CurrentOffer next = decided(proposal, now);
    boolean changed = !next.sameAs(current);
    if (changed) {
      current = next;
    }
    return changed;
  }

  /** What would be offered if nothing had ever failed. */
  Offer ignoringFailures(Instant now) {
    return catalogue
        .map(
            known ->
                maker.make(
                    inventory.at(now),
                    known,
                    Exclusions.of(rules.rules().skips(), List.of(), known, now, zone)
                        .and(hardware.known())))
        .map(Proposal::offer)
        .orElse(Offer.NONE);
  }

  /** Exactly what a person names, or why not. */
  NamedOffer.Result named(Wanted wanted, Instant now) {
    if (catalogue.isEmpty()) {
      return new NamedOffer.Result(
          Offer.NONE,
          Optional.of(
              Problem.retry(
                  ErrorCode.ERROR_CODE_OFFER_UNKNOWN,
                  "cannot install %s: what exists is not known before a check succeeds; check first"
                      .formatted(wanted.inWords()))),
          List.of());
    }
    return new NamedOffer(
            channel, inventory.at(now), catalogue.get(), rules.rules().skips(), hardware.known())
        .of(wanted);
  }

  /** The policy's word on an offer as of now. */
  Decision decide(Offer offer, Instant now) {
    return Policy.decide(
        settings, rules.rules().holds(), offer.versions().keySet(), offer.critical(), now);
  }

  /** Whether everything in an offer still exists as it was offered. */
  boolean stillExists(Offer offer) {
    return catalogue.isEmpty()
        || offer.releases().stream()
            .allMatch(
                offered ->
                    catalogue.get().releases().stream()
                        .anyMatch(
                            release ->
                                release.manifestTarget().equals(offered.manifestTarget())
                                    && release.manifestHash().equals(offered.manifestHash())));
  }

  /** What a component on a device could go to. */
  Optional<dev.lockstep.protocol.version.ReleaseVersion> available(ComponentOnDevice site) {
    return current.offer().at(site.site()).map(offered -> offered.to());
  }

  /** How a release of an offer failed, where one did; the one to blame comes first. */
  Optional<String> whyFailed(Offer offer, Instant now) {
    return failures.all().stream()
        .filter(failure -> failure.counts(now) && failure.of(offer))
        .min(Comparator.comparing(failure -> !failure.culprit()))
        .map(failure -> failure.inWords(zone));
  }

  private Exclusions excluded(Catalogue known, Optional<Offer> again, Instant now) {
    List<Failure> counting =
        failures.all().stream().filter(failure -> again.filter(failure::of).isEmpty()).toList();
    return Exclusions.of(rules.rules().skips(), counting, known, now, zone).and(hardware.known());
  }

  private CurrentOffer decided(Proposal proposal, Instant now) {
    Offer offer = proposal.offer();
    if (offer.nothing()) {
      return CurrentOffer.nothing(proposal.withheld(), proposal.inStore(), now);
    }
    boolean same = offer.id().equals(current.offer().id());
    return new CurrentOffer(
        offer,
        decide(offer, now),
        same ? current.offeredAt() : now,
        proposal.withheld(),
        proposal.inStore());
  }
}
