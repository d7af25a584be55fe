package dev.lockstep.versionmanagement.deployment;

import static dev.lockstep.versionmanagement.deployment.DeploymentState.CANCELLED;
import static dev.lockstep.versionmanagement.deployment.DeploymentState.DOWNLOADING;
import static dev.lockstep.versionmanagement.deployment.DeploymentState.FAILED;
import static dev.lockstep.versionmanagement.deployment.DeploymentState.INSTALLING;
import static dev.lockstep.versionmanagement.deployment.DeploymentState.SCHEDULED;

import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.Attendance;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.Begun;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.Ended;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.Heard;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.Restored;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.SiteEnded;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.Staged;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.StagingFailed;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.TimePassed;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.Wished;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.Withdrawn;
import dev.lockstep.versionmanagement.domain.PreferredTime;
import dev.lockstep.versionmanagement.domain.Problem;
import dev.lockstep.versionmanagement.domain.Site;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The deployment's rules as a pure function: (deployment, event, time) to (deployment', effects).
 *
 * <p>A planned time that was missed (device off, process down) is made up for as follows: by no
 * more than {@link DeploymentLimits#GRACE}, the install runs at once, after a start of the process
 * with a notice before it; by more, it is planned anew for the next preferred time, and announced.
 */
public final class DeploymentMachine {
  private final DeploymentLimits limits;
  private final PreferredTime preferredTime;

  /** Rules with these limits, and with this preferred time. */
  public DeploymentMachine(DeploymentLimits limits, PreferredTime preferredTime) {
    this.limits = limits;
    this.preferredTime = preferredTime;
  }

  /**
   * What follows from an event.
   *
   * @param deployment to be written to the journal first, where it differs durably
   * @param effects to be carried out then, in order
   */
  public record Transition(Deployment deployment, List<DeploymentEffect> effects) {}

  /** Applies an event; one that has no meaning in the state gives the same deployment. */
  public Transition apply(Deployment before, DeploymentEvent event, Instant now) {
    if (before.state().ended()) {
      return new Transition(before, List.of());
    }
    List<DeploymentEffect> effects = new ArrayList<>();
    Deployment after = react(before, event, now, effects);
    if (after.state() == DOWNLOADING && after.allStaged()) {
      after = plan(after, now, effects);
    }
    if (after.state() == SCHEDULED && !(event instanceof Restored)) {
      after = startIfDue(after, now, effects);
    }
    return new Transition(after, List.copyOf(effects));
  }

  /** When time alone will change something; empty where only an event can. */
  public Optional<Instant> nextWakeUp(Deployment deployment) {
    return switch (deployment.state()) {
      case SCHEDULED -> deployment.plannedAt();
      case DOWNLOADING, INSTALLING -> {
        Instant ask = askAgainAt(deployment);
        Instant giveUp = giveUpAt(deployment);
        yield Optional.of(ask.isBefore(giveUp) ? ask : giveUp);
      }
      default -> Optional.empty();
    };
  }

  /** The time that a wish means, if everything were staged now. */
  public Optional<Instant> timeOf(Wish wish, Instant now) {
    return switch (wish.kind()) {
      case NONE -> Optional.empty();
      case NOW -> Optional.of(wish.byPerson() ? now : now.plus(limits.notice()));
      case AT -> wish.at().map(at -> at.isBefore(now) ? now : at);
      case PREFERRED -> Optional.of(preferredTime.next(now));
    };
  }

  private Deployment react(
      Deployment before, DeploymentEvent event, Instant now, List<DeploymentEffect> effects) {
    if (event instanceof Begun) {
      effects.add(DeploymentEffect.REQUEST_DOWNLOAD);
      return before;
    } else if (event instanceof Restored) {
      return restored(before, now, effects);
    } else if (event instanceof Heard heard) {
      boolean matters = before.state() == (heard.installing() ? INSTALLING : DOWNLOADING);
      return matters ? before.with(before.contact().heard(now)) : before;
    } else if (event instanceof Staged staged) {
      return staged(before, staged, now);
    } else if (event instanceof StagingFailed failed) {
      return stagingFailed(before, failed, now, effects);
    } else if (event instanceof Attendance attendance) {
      return attendance(before, attendance.mayStayBehind());
    } else if (event instanceof Wished wished) {
      return wished(before, wished.wish(), now, effects);
    } else if (event instanceof TimePassed) {
      return timePassed(before, now, effects);
    } else if (event instanceof SiteEnded ended) {
      return siteEnded(before, ended, now);
    } else if (event instanceof Ended ended) {
      return before.state() == INSTALLING
          ? before.ended(ended.end(), ended.problem(), now)
          : before;
    } else if (event instanceof Withdrawn withdrawn) {
      return withdrawn(before, withdrawn.why(), now, effects);
    }
    throw new IllegalArgumentException("no rule for " + event);
  }

  private Deployment restored(Deployment before, Instant now, List<DeploymentEffect> effects) {
    Deployment after = before.with(Contact.begun(now));
    switch (before.state()) {
      case DOWNLOADING -> effects.add(DeploymentEffect.REQUEST_DOWNLOAD);
      case INSTALLING -> effects.add(DeploymentEffect.REQUEST_INSTALL);
      case SCHEDULED -> {
        Instant planned = before.plannedAt().orElse(now);
        if (planned.isBefore(now)) {
          after = after.planned(Optional.of(madeUpFor(planned, now, limits.notice())));
        }
        effects.add(DeploymentEffect.ANNOUNCE_PLAN);
      }
      default -> {
        // Nothing was asked of anybody.
      }
    }
    return after;
  }

  private Instant madeUpFor(Instant planned, Instant now, Duration notice) {
    boolean withinGrace = !planned.plus(DeploymentLimits.GRACE).isBefore(now);
    return withinGrace ? now.plus(notice) : preferredTime.next(now);
  }

  private static Deployment staged(Deployment before, Staged event, Instant now) {
    Part part = before.part(event.site()).orElse(null);
    boolean awaited =
        before.state() == DOWNLOADING && part != null && part.to().equals(event.version());
    if (!awaited) {
      return before;
    }
    return before
        .map(Set.of(event.site()), one -> one.in(Part.State.STAGED))
        .with(before.contact().heard(now));
  }

  private static Deployment stagingFailed(
      Deployment before, StagingFailed event, Instant now, List<DeploymentEffect> effects) {
    boolean awaited = before.state() == DOWNLOADING && before.part(event.site()).isPresent();
    if (!awaited) {
      return before;
    }
    effects.add(DeploymentEffect.CANCEL_DOWNLOAD);
    Problem told = event.problem();
    Problem why = new Problem(told.code(), told.category(), event.site() + ": " + told.message());
    return before
        .map(Set.of(event.site()), part -> part.failed(told))
        .ended(FAILED, Optional.of(why), now);
  }

  private static Deployment attendance(Deployment before, Set<Site> mayStayBehind) {
    if (before.state() != DOWNLOADING) {
      return before;
    }
    Set<Site> all = before.parts().stream().map(Part::site).collect(Collectors.toSet());
    Set<Site> back = new HashSet<>(all);
    back.removeAll(mayStayBehind);
    return before
        .map(
            mayStayBehind,
            part -> part.state() == Part.State.WAITING ? part.in(Part.State.LEFT_BEHIND) : part)
        .map(
            back,
            part -> part.state() == Part.State.LEFT_BEHIND ? part.in(Part.State.WAITING) : part);
  }

  private Deployment wished(
      Deployment before, Wish wish, Instant now, List<DeploymentEffect> effects) {
    if (!before.state().beforeInstall() || before.wish().equals(wish)) {
      return before;
    }
    Deployment after = before.wishing(wish);
    return before.state() == DOWNLOADING ? after : plan(after, now, effects);
  }

  private Deployment plan(Deployment staged, Instant now, List<DeploymentEffect> effects) {
    Deployment after = staged.planned(timeOf(staged.wish(), now));
    if (after.announced()) {
      effects.add(DeploymentEffect.ANNOUNCE_PLAN);
    } else if (staged.announced()) {
      effects.add(DeploymentEffect.ANNOUNCE_CANCEL);
    }
    return after;
  }

  private Deployment startIfDue(Deployment scheduled, Instant now, List<DeploymentEffect> effects) {
    Instant planned = scheduled.plannedAt().orElse(now);
    if (planned.isAfter(now)) {
      return scheduled;
    }
    Instant start = madeUpFor(planned, now, Duration.ZERO);
    if (start.isAfter(now)) {
      effects.add(DeploymentEffect.ANNOUNCE_PLAN);
      return scheduled.planned(Optional.of(start));
    }
    effects.add(DeploymentEffect.REQUEST_INSTALL);
    return scheduled.in(INSTALLING).with(Contact.begun(now));
  }

  private Deployment timePassed(Deployment before, Instant now, List<DeploymentEffect> effects) {
    if (before.state() != DOWNLOADING && before.state() != INSTALLING) {
      return before;
    }
    if (!giveUpAt(before).isAfter(now)) {
      if (before.state() == DOWNLOADING) {
        effects.add(DeploymentEffect.CANCEL_DOWNLOAD);
      }
      return before.ended(FAILED, Optional.of(silence(before)), now);
    }
    if (askAgainAt(before).isAfter(now)) {
      return before;
    }
    effects.add(
        before.state() == DOWNLOADING
            ? DeploymentEffect.REQUEST_DOWNLOAD
            : DeploymentEffect.REQUEST_INSTALL);
    return before.with(before.contact().askedAgain(now));
  }

  private static Instant askAgainAt(Deployment deployment) {
    Contact contact = deployment.contact();
    if (!contact.answered()) {
      return contact.askedAt().plus(DeploymentLimits.retryAfter(contact.asked()));
    }
    Instant last =
        contact.heardAt().isAfter(contact.askedAt()) ? contact.heardAt() : contact.askedAt();
    return last.plus(DeploymentLimits.REPAIR);
  }

  private Instant giveUpAt(Deployment deployment) {
    Duration patience = deployment.state() == DOWNLOADING ? limits.stage() : limits.install();
    return deployment.contact().heardAt().plus(patience);
  }

  private Problem silence(Deployment deployment) {
    boolean downloading = deployment.state() == DOWNLOADING;
    String missing =
        deployment.parts().stream()
            .filter(part -> part.state() == Part.State.WAITING)
            .map(part -> part.site().toString())
            .collect(Collectors.joining(", "));
    String message =
        downloading
            ? "cannot stage %s: no sign of life for %d s from %s; check that the devices run"
                .formatted(deployment.offer().inWords(), limits.stage().toSeconds(), missing)
            : "cannot tell how the install of %s ended: no sign of life for %d s; check the hub"
                .formatted(deployment.offer().inWords(), limits.install().toSeconds());
    return Problem.retry(ErrorCode.ERROR_CODE_DEPLOYMENT_DEVICE_SILENT, message);
  }

  private static Deployment siteEnded(Deployment before, SiteEnded event, Instant now) {
    if (before.state() != INSTALLING) {
      return before;
    }
    return before
        .map(Set.of(event.site()), part -> ended(part, event))
        .with(before.contact().heard(now));
  }

  /** What goes back after its commit does so because something else failed. */
  private static Part ended(Part part, SiteEnded event) {
    if (event.committed()) {
      return part.in(Part.State.COMMITTED);
    }
    if (part.state() == Part.State.COMMITTED) {
      return part.in(Part.State.STAGED);
    }
    return event.problem().map(part::failed).orElse(part.in(Part.State.FAILED));
  }

  private static Deployment withdrawn(
      Deployment before, Problem why, Instant now, List<DeploymentEffect> effects) {
    if (!before.state().beforeInstall()) {
      return before;
    }
    if (before.state() == DOWNLOADING) {
      effects.add(DeploymentEffect.CANCEL_DOWNLOAD);
    }
    if (before.announced()) {
      effects.add(DeploymentEffect.ANNOUNCE_CANCEL);
    }
    return before.ended(CANCELLED, Optional.of(why), now);
  }
}
