package dev.lockstep.versionmanagement.deployment;

import dev.lockstep.versionmanagement.domain.Offer;
import dev.lockstep.versionmanagement.domain.Problem;
import dev.lockstep.versionmanagement.domain.Site;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The carrying out of one offer.
 *
 * @param jobId runs through download and install
 * @param offer what
 * @param state where it stands
 * @param wish when it is to be installed
 * @param plannedAt the time of the install, once everything is staged
 * @param announced whether a plan was announced and not taken back
 * @param parts every component on every device of the offer
 * @param startedAt when it began
 * @param finishedAt when it ended
 * @param problem why it did not get through
 * @param contact the exchange with those who carry it out
 */
public record Deployment(
    String jobId,
    Offer offer,
    DeploymentState state,
    Wish wish,
    Optional<Instant> plannedAt,
    boolean announced,
    List<Part> parts,
    Instant startedAt,
    Optional<Instant> finishedAt,
    Optional<Problem> problem,
    Contact contact) {

  /** Copies what is mutable. */
  public Deployment {
    parts = List.copyOf(parts);
  }

  /** A deployment that has just begun. */
  public static Deployment begin(String jobId, Offer offer, Wish wish, Instant now) {
    List<Part> parts =
        offer.sites().stream()
            .map(site -> Part.waiting(site, offer.at(site).orElseThrow().to()))
            .toList();
    return new Deployment(
        jobId,
        offer,
        DeploymentState.DOWNLOADING,
        wish,
        Optional.empty(),
        false,
        parts,
        now,
        Optional.empty(),
        Optional.empty(),
        Contact.begun(now));
  }

  /** Whether the two differ in what has to be kept over a restart. */
  public boolean differsDurably(Deployment other) {
    return !with(other.contact).equals(other);
  }

  /** The part of a site. */
  public Optional<Part> part(Site site) {
    return parts.stream().filter(part -> part.site().equals(site)).findFirst();
  }

  /**
   * Whether a person's wish leads on from here: it has got through, was a step on a way, and ended
   * not long ago.
   */
  public boolean leadsOn(Instant now) {
    return state == DeploymentState.COMMITTED
        && wish.byPerson()
        && offer.leadsOn()
        && finishedAt.filter(end -> end.plus(DeploymentLimits.GRACE).isAfter(now)).isPresent();
  }

  /** Whether it is the next step of the way of an earlier one. */
  public boolean goesOnFrom(Deployment earlier) {
    return wish.byPerson() && earlier.leadsOn(startedAt) && earlier.offer.isFollowedBy(offer);
  }

  /** Whether any part is in that state. */
  public boolean any(Part.State wanted) {
    return parts.stream().anyMatch(part -> part.state() == wanted);
  }

  /** Whether there is something to install and nothing to wait for. */
  boolean allStaged() {
    return any(Part.State.STAGED)
        && parts.stream()
            .allMatch(
                part ->
                    part.state() == Part.State.STAGED || part.state() == Part.State.LEFT_BEHIND);
  }

  Deployment in(DeploymentState next) {
    return new Deployment(
        jobId,
        offer,
        next,
        wish,
        plannedAt,
        announced,
        parts,
        startedAt,
        finishedAt,
        problem,
        contact);
  }

  Deployment ended(DeploymentState end, Optional<Problem> why, Instant now) {
    return new Deployment(
        jobId,
        offer,
        end,
        wish,
        Optional.empty(),
        false,
        parts,
        startedAt,
        Optional.of(now),
        why,
        contact);
  }

  Deployment wishing(Wish next) {
    return new Deployment(
        jobId,
        offer,
        state,
        next,
        plannedAt,
        announced,
        parts,
        startedAt,
        finishedAt,
        problem,
        contact);
  }

  Deployment planned(Optional<Instant> at) {
    return new Deployment(
        jobId,
        offer,
        at.isPresent() ? DeploymentState.SCHEDULED : DeploymentState.STAGED,
        wish,
        at,
        at.isPresent(),
        parts,
        startedAt,
        finishedAt,
        problem,
        contact);
  }

  Deployment with(Contact next) {
    return new Deployment(
        jobId,
        offer,
        state,
        wish,
        plannedAt,
        announced,
        parts,
        startedAt,
        finishedAt,
        problem,
        next);
  }

  Deployment map(Set<Site> sites, UnaryOperator<Part> change) {
    List<Part> changed =
        parts.stream()
            .map(part -> sites.contains(part.site()) ? change.apply(part) : part)
            .toList();
    return new Deployment(
        jobId,
        offer,
        state,
        wish,
        plannedAt,
        announced,
        changed,
        startedAt,
        finishedAt,
        problem,
        contact);
  }
}
