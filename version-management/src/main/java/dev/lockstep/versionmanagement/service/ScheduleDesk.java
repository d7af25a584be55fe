package dev.lockstep.versionmanagement.service;

import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.versionmanagement.VersionManagementException;
import dev.lockstep.versionmanagement.deployment.Deployment;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent;
import dev.lockstep.versionmanagement.deployment.DeploymentState;
import dev.lockstep.versionmanagement.deployment.Wish;
import dev.lockstep.versionmanagement.domain.Decision;
import dev.lockstep.versionmanagement.domain.NamedOffer;
import dev.lockstep.versionmanagement.domain.Offer;
import dev.lockstep.versionmanagement.domain.Problem;
import dev.lockstep.versionmanagement.port.ScheduleAnswer;
import dev.lockstep.versionmanagement.port.ScheduleQuestion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Carries out what people say about when to install. */
final class ScheduleDesk {
  private static final Duration FARTHEST = Duration.ofDays(366);
  private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(1);
  private static final int MAX_NAME = 200;

  private final ServiceSettings settings;
  private final Offers offers;
  private final Deployments deployments;

  ScheduleDesk(ServiceSettings settings, Offers offers, Deployments deployments) {
    this.settings = settings;
    this.offers = offers;
    this.deployments = deployments;
  }

  /**
   * Carries a request out.
   *
   * @throws VersionManagementException.Refused if it is not carried out; nothing has changed
   */
  ScheduleAnswer answer(ScheduleQuestion question, Instant now) {
    if (!question.device().isEmpty()) {
      return putOff(question, now);
    }
    return switch (question.action()) {
      case NOW -> install(question, Wish.Kind.NOW, Optional.empty(), now);
      case PREFERRED_TIME -> install(question, Wish.Kind.PREFERRED, Optional.empty(), now);
      case AT -> install(question, Wish.Kind.AT, Optional.of(time(question, now)), now);
      case POSTPONE -> postpone(question, now);
      case CANCEL -> cancel(question);
      case UNKNOWN ->
          throw refused(
              "schedule",
              "the action is not known",
              "use now, at, preferred time," + " postpone or cancel");
    };
  }

  /** A device's users may have more time, within the limits; all else is not theirs to decide. */
  private ScheduleAnswer putOff(ScheduleQuestion question, Instant now) {
    boolean more = question.wanted().isPresent() || question.again() || question.dryRun();
    if (!more && question.action() == ScheduleQuestion.Action.POSTPONE) {
      return postpone(question, now);
    }
    if (!more && question.action() == ScheduleQuestion.Action.AT) {
      Instant at = time(question, now);
      Deployment planned = changeable(question, "postpone");
      return postpone(planned, Duration.between(before(planned, now), at), question, now);
    }
    throw refused(
        "do what %s asks for".formatted(question.device()),
        "a device may only ask for more time before what is planned",
        "have an operator ask for it");
  }

  private ScheduleAnswer install(
      ScheduleQuestion question, Wish.Kind kind, Optional<Instant> at, Instant now) {
    if (question.wanted().isEmpty()) {
      Optional<String> nothing = nothingToDo(question, now);
      return nothing.isPresent()
          ? nothing(nothing.get())
          : install(question, offered(question, now), List.of(), kind, at, now);
    }
    String name = question.wanted().get().inWords();
    NamedOffer.Result named = offers.named(question.wanted().get(), now);
    if (named.problem().isPresent()) {
      Problem why = named.problem().get();
      throw new VersionManagementException.Refused(why.code(), why.message());
    }
    return named.offer().nothing()
        ? nothing(name + " is what is installed already")
        : install(question, named.offer(), named.remarks(), kind, at, now);
  }

  private static ScheduleAnswer nothing(String why) {
    return ScheduleAnswer.nothingToDo(
        Problem.operator(ErrorCode.ERROR_CODE_OFFER_UNKNOWN, "nothing to do: " + why));
  }

  private ScheduleAnswer install(
      ScheduleQuestion question,
      Offer offer,
      List<String> remarks,
      Wish.Kind kind,
      Optional<Instant> at,
      Instant now) {
    Decision decision = offers.decide(offer, now);
    if (decision.kind() == Decision.Kind.HELD) {
      throw new VersionManagementException.Refused(
          ErrorCode.ERROR_CODE_POLICY_REFUSED,
          "cannot install %s: %s; lift the hold first"
              .formatted(offer.inWords(), decision.reason()));
    }
    if (question.dryRun()) {
      return ScheduleAnswer.accepted("", offer, Optional.empty(), remarks);
    }
    Wish wish = Wish.ofPerson(kind, at, requester(question));
    Optional<Deployment> active = deployments.active();
    if (active.isEmpty()) {
      return accepted(deployments.begin(offer, wish), remarks);
    }
    boolean same = active.get().offer().leadsWhere(offer);
    if (active.get().state() == DeploymentState.INSTALLING) {
      if (same && kind == Wish.Kind.NOW) {
        return accepted(active.get(), remarks);
      }
      throw busy(active.get());
    }
    if (!same) {
      String why = "replaced by %s, asked by %s".formatted(offer.inWords(), wish.requestedBy());
      deployments.apply(
          new DeploymentEvent.Withdrawn(
              Problem.retry(ErrorCode.ERROR_CODE_DOWNLOAD_CANCELLED, why)));
      return accepted(deployments.begin(offer, wish), remarks);
    }
    if (active.get().wish().urgent() && kind != Wish.Kind.NOW) {
      throw urgent(offer);
    }
    return wish(active.get(), wish);
  }

  /**
   * The offer that a person means. One with a release that failed is meant only where it is named,
   * or asked for again: a request that is repeated each night must not break the app each night.
   */
  private Offer offered(ScheduleQuestion question, Instant now) {
    Offer current = offers.current().offer();
    Optional<Offer> active = deployments.active().map(Deployment::offer);
    Offer withFailed = offers.ignoringFailures(now);
    String id = question.offerId();
    if (!id.isEmpty()) {
      return Stream.of(active.orElse(Offer.NONE), current, withFailed)
          .filter(offer -> offer.id().equals(id))
          .findFirst()
          .orElseThrow(() -> unknown(id));
    }
    if (question.again() && !withFailed.nothing()) {
      return withFailed;
    }
    if (!current.nothing()) {
      return current;
    }
    return active.orElseThrow(() -> withheld(withFailed, now));
  }

  /** Why there is nothing to do, where no offer is named and none is there. */
  private Optional<String> nothingToDo(ScheduleQuestion question, Instant now) {
    boolean something =
        !question.offerId().isEmpty()
            || deployments.active().isPresent()
            || !offers.current().offer().nothing()
            || !offers.ignoringFailures(now).nothing();
    if (something) {
      return Optional.empty();
    }
    return Optional.of(
        offers.catalogue().isPresent()
            ? "everything is up to date"
            : "nothing is known to be available, since no check has succeeded yet");
  }

  private VersionManagementException.Refused withheld(Offer offer, Instant now) {
    return new VersionManagementException.Refused(
        ErrorCode.ERROR_CODE_OFFER_UNKNOWN,
        "cannot install %s: %s; ask with --again"
            .formatted(offer.inWords(), offers.whyFailed(offer, now).orElse("it failed before")));
  }

  private ScheduleAnswer postpone(ScheduleQuestion question, Instant now) {
    Deployment planned = changeable(question, "postpone");
    return postpone(planned, question.postponeBy().orElse(Duration.ZERO), question, now);
  }

  private ScheduleAnswer postpone(
      Deployment planned, Duration by, ScheduleQuestion question, Instant now) {
    if (by.isZero() || by.isNegative() || by.compareTo(FARTHEST) > 0) {
      throw refused(
          "postpone", "it has to be by more than nothing and by a year at most", "say by how long");
    }
    Wish.Postponed next = planned.wish().postponed().by(by);
    if (!settings.allow(next)) {
      throw refused(
          "postpone by " + by.toSeconds() + " s",
          "it was postponed %d times by %d s already, and may be %d times by %d s in all"
              .formatted(
                  next.times() - 1,
                  next.total().minus(by).toSeconds(),
                  settings.maxPostpones(),
                  settings.maxPostponeTime().toSeconds()),
          "let it run, or have an operator name another time");
    }
    Instant later = before(planned, now).plus(by);
    return wish(planned, planned.wish().later(later, by, requester(question)));
  }

  /** What a postponement counts from. */
  private Instant before(Deployment planned, Instant now) {
    return deployments.plannedAt(planned).filter(at -> at.isAfter(now)).orElse(now);
  }

  private ScheduleAnswer cancel(ScheduleQuestion question) {
    Deployment planned = changeable(question, "cancel");
    return wish(planned, Wish.ofPerson(Wish.Kind.NONE, Optional.empty(), requester(question)));
  }

  private Deployment changeable(ScheduleQuestion question, String what) {
    Deployment active =
        deployments
            .active()
            .orElseThrow(() -> refused(what, "nothing is scheduled", "see the state"));
    if (!question.offerId().isEmpty() && !question.offerId().equals(active.offer().id())) {
      throw unknown(question.offerId());
    }
    if (active.state() == DeploymentState.INSTALLING) {
      throw busy(active);
    }
    if (active.wish().kind() == Wish.Kind.NONE) {
      throw refused(what, "nothing is scheduled", "see the state");
    }
    if (active.wish().urgent()) {
      throw urgent(active.offer());
    }
    return active;
  }

  private ScheduleAnswer wish(Deployment deployment, Wish wish) {
    deployments.apply(deployment.jobId(), new DeploymentEvent.Wished(wish));
    return accepted(deployments.active().orElse(deployment), List.of());
  }

  private ScheduleAnswer accepted(Deployment deployment, List<String> remarks) {
    return ScheduleAnswer.accepted(
        deployment.jobId(), deployment.offer(), deployments.plannedAt(deployment), remarks);
  }

  private static Instant time(ScheduleQuestion question, Instant now) {
    Instant at =
        question.at().orElseThrow(() -> refused("schedule", "the time is missing", "say when"));
    if (at.isBefore(now.minus(CLOCK_DIFFERENCE)) || at.isAfter(now.plus(FARTHEST))) {
      throw refused(
          "schedule at " + at,
          "it is in the past or more than a year away (now " + now + ")",
          "name another time");
    }
    return at;
  }

  private static String requester(ScheduleQuestion question) {
    String by = question.requestedBy();
    if (by.isEmpty()) {
      return "somebody";
    }
    return by.length() > MAX_NAME ? by.substring(0, MAX_NAME) : by;
  }

  private static VersionManagementException.Refused unknown(String id) {
    String shown = id.length() > MAX_NAME ? id.substring(0, MAX_NAME) : id;
    return new VersionManagementException.Refused(
        ErrorCode.ERROR_CODE_OFFER_UNKNOWN,
        "cannot schedule the offer \"%s\": there is no such offer now; check for updates first"
            .formatted(shown));
  }

  private static VersionManagementException.Refused busy(Deployment active) {
    return new VersionManagementException.Refused(
        ErrorCode.ERROR_CODE_INSTALL_BUSY,
        "cannot change the schedule: %s is being installed already (job %s); wait for its end"
            .formatted(active.offer().inWords(), active.jobId()));
  }

  private static VersionManagementException.Refused urgent(Offer offer) {
    return refused(
        "postpone " + offer.inWords(),
        "it is critical and is installed at the next opportunity",
        "hold it if it must not be installed now");
  }

  private static VersionManagementException.Refused refused(
      String what, String why, String remedy) {
    return new VersionManagementException.Refused(
        ErrorCode.ERROR_CODE_SCHEDULE_REFUSED, "cannot %s: %s; %s".formatted(what, why, remedy));
  }
}
