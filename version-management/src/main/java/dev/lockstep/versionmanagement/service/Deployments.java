package dev.lockstep.versionmanagement.service;

import dev.lockstep.versionmanagement.deployment.Deployment;
import dev.lockstep.versionmanagement.deployment.DeploymentEffect;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent;
import dev.lockstep.versionmanagement.deployment.DeploymentMachine;
import dev.lockstep.versionmanagement.deployment.DeploymentMachine.Transition;
import dev.lockstep.versionmanagement.deployment.DeploymentState;
import dev.lockstep.versionmanagement.deployment.Wish;
import dev.lockstep.versionmanagement.domain.Offer;
import dev.lockstep.versionmanagement.domain.OfferedRelease;
import dev.lockstep.versionmanagement.domain.Problem;
import dev.lockstep.versionmanagement.domain.Site;
import dev.lockstep.versionmanagement.port.Journal;
import dev.lockstep.versionmanagement.port.Journal.Memory;
import dev.lockstep.versionmanagement.port.Outbox;
import dev.lockstep.versionmanagement.port.RestartPlan;
import dev.lockstep.versionmanagement.port.StateView;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one active deployment and those before it. What the machine says is written to the journal
 * first, then carried out.
 */
final class Deployments {
  private static final Logger LOG = LoggerFactory.getLogger(Deployments.class);
  private static final Duration UNKNOWN_DOWNTIME = Duration.ofSeconds(10);
  private static final Duration SHORTEST_DELAY = Duration.ofSeconds(1);
  private static final int MAX_FINISHED = 20;

  private final DeploymentMachine machine;
  private final Journal journal;
  private final FailureBook failures;
  private final Outbox outbox;
  private final Clock clock;
  private final Consumer<Deployment> changed;
  private final Predicate<Wish.Postponed> postponable;
  private final Map<String, Duration> downtimes;
  private final List<Deployment> finished = new ArrayList<>();
  private final Map<Site, Integer> percents = new HashMap<>();
  private Optional<Deployment> active;

  Deployments(
      DeploymentMachine machine,
      Journal journal,
      FailureBook failures,
      Outbox outbox,
      Clock clock,
      Memory memory,
      Consumer<Deployment> changed,
      Predicate<Wish.Postponed> postponable) {
    this.machine = machine;
    this.journal = journal;
    this.failures = failures;
    this.outbox = outbox;
    this.clock = clock;
    this.changed = changed;
    this.postponable = postponable;
    this.downtimes = new HashMap<>(memory.downtimes());
    this.active = memory.deployments().stream().filter(one -> !one.state().ended()).findFirst();
    memory.deployments().stream()
        .filter(one -> one.state().ended())
        .limit(MAX_FINISHED)
        .forEach(finished::add);
  }

  Optional<Deployment> active() {
    return active;
  }

  boolean installing() {
    return active.filter(one -> one.state() == DeploymentState.INSTALLING).isPresent();
  }

  /** Begins to carry out an offer. None may be active. */
  Deployment begin(Offer offer, Wish wish) {
    if (active.isPresent()) {
      throw new IllegalStateException("deployment " + active.get().jobId() + " is active");
    }
    Instant now = clock.instant();
    Deployment deployment = Deployment.begin(UUID.randomUUID().toString(), offer, wish, now);
    journal.save(deployment);
    active = Optional.of(deployment);
    percents.clear();
    LOG.info(
        "deployment {} begins: {} ({}, asked by {})",
        deployment.jobId(),
        offer.inWords(),
        wish.kind(),
        wish.requestedBy());
    changed.accept(deployment);
    apply(new DeploymentEvent.Begun());
    return active.orElse(deployment);
  }

  /** Takes up what was active when the process ended. */
  void restore() {
    active.ifPresent(
        found -> LOG.info("deployment {} goes on from {}", found.jobId(), found.state()));
    apply(new DeploymentEvent.Restored());
  }

  /** Applies an event to that job, if it is the active one. */
  void apply(String jobId, DeploymentEvent event) {
    if (active.filter(one -> one.jobId().equals(jobId)).isPresent()) {
      apply(event);
    }
  }

  /** Applies an event to the active deployment, if there is one. */
  void apply(DeploymentEvent event) {
    if (active.isEmpty()) {
      return;
    }
    Deployment before = active.get();
    Instant now = clock.instant();
    Transition transition = machine.apply(before, event, now);
    Deployment after = transition.deployment();
    boolean durable = after.differsDurably(before);
    if (after.state().ended()) {
      failures.ended(after, now);
      active = Optional.empty();
      finished.add(0, after);
      if (finished.size() > MAX_FINISHED) {
        finished.remove(finished.size() - 1);
      }
    } else {
      if (durable) {
        journal.save(after);
      }
      active = Optional.of(after);
    }
    logChange(before, after);
    transition.effects().forEach(effect -> carryOut(effect, before, after));
    if (durable) {
      changed.accept(after);
    }
  }

  /** How far a site is; a sign of life too. */
  void progress(String jobId, Site site, boolean installing, int percent) {
    Optional<Deployment> ours = active.filter(one -> one.jobId().equals(jobId));
    if (ours.isPresent()) {
      if (installing == (ours.get().state() == DeploymentState.INSTALLING)) {
        percents.put(site, percent);
      }
      apply(new DeploymentEvent.Heard(installing));
    }
  }

  /** Remembers how long a component was down, for the next announcement. */
  void down(String component, Duration downtime) {
    if (!downtime.equals(downtimes.put(component, downtime))) {
      journal.saveDowntimes(Map.copyOf(downtimes));
    }
  }

  Optional<Instant> nextWakeUp() {
    return active.flatMap(machine::nextWakeUp);
  }

  /** When the active deployment will be installed, as far as it is known now. */
  Optional<Instant> plannedAt() {
    return active.flatMap(this::plannedAt);
  }

  Optional<Instant> plannedAt(Deployment deployment) {
    return deployment.plannedAt().or(() -> machine.timeOf(deployment.wish(), clock.instant()));
  }

  /** The active deployment, then the last ones, newest first. */
  List<StateView.Job> jobs() {
    List<StateView.Job> jobs = new ArrayList<>();
    active.ifPresent(one -> jobs.add(job(one, percent(one), 0)));
    for (int i = 0; i < finished.size(); i++) {
      jobs.add(job(finished.get(i), 100, i + 1));
    }
    return jobs;
  }

  /** What a site gets, or was to get, by a deployment of ours. */
  Optional<OfferedRelease> release(String jobId, Site site) {
    return Stream.concat(active.stream(), finished.stream())
        .filter(one -> one.jobId().equals(jobId))
        .findFirst()
        .flatMap(one -> one.offer().at(site));
  }

  /** The one that ended last. */
  Optional<Deployment> last() {
    return finished.stream().findFirst();
  }

  private StateView.Job job(Deployment deployment, int percent, int before) {
    String continued =
        before < finished.size() && deployment.goesOnFrom(finished.get(before))
            ? finished.get(before).jobId()
            : "";
    return new StateView.Job(deployment, percent, continued);
  }

  /** Restarts that were announced and have not begun. */
  List<RestartPlan> notices() {
    return active.stream()
        .filter(one -> one.state() == DeploymentState.SCHEDULED)
        .map(one -> plan(one, "", false))
        .toList();
  }

  private int percent(Deployment deployment) {
    return switch (deployment.state()) {
      case DOWNLOADING, INSTALLING -> {
        int sum =
            deployment.offer().sites().stream()
                .mapToInt(site -> percents.getOrDefault(site, 0))
                .sum();
        yield sum / Math.max(1, deployment.parts().size());
      }
      default -> 100;
    };
  }

  private void carryOut(DeploymentEffect effect, Deployment before, Deployment after) {
    switch (effect) {
      case REQUEST_DOWNLOAD -> outbox.requestDownload(after);
      case CANCEL_DOWNLOAD -> outbox.cancelDownload(after);
      case REQUEST_INSTALL -> outbox.requestInstall(after);
      case ANNOUNCE_PLAN ->
          outbox.restartScheduled(plan(after, before.announced() ? noticeId(after) : "", false));
      case ANNOUNCE_CANCEL -> outbox.restartScheduled(plan(before, noticeId(before), true));
    }
  }

  private RestartPlan plan(Deployment deployment, String supersedes, boolean cancelled) {
    Instant at = deployment.plannedAt().orElseGet(clock::instant);
    Duration downtime =
        deployment.offer().versions().keySet().stream()
            .map(component -> downtimes.getOrDefault(component, UNKNOWN_DOWNTIME))
            .max(Duration::compareTo)
            .orElse(UNKNOWN_DOWNTIME);
    boolean mayBeLater =
        !deployment.wish().urgent()
            && postponable.test(deployment.wish().postponed().by(SHORTEST_DELAY));
    return new RestartPlan(
        noticeId(deployment),
        deployment.jobId(),
        at,
        downtime,
        mayBeLater ? Optional.of(at) : Optional.empty(),
        supersedes,
        cancelled,
        deployment.offer().inWords()
            + (deployment.offer().critical() ? " (critical)" : "")
            + ", asked by "
            + deployment.wish().requestedBy());
  }

  private static String noticeId(Deployment deployment) {
    return "plan-" + deployment.jobId();
  }

  private void logChange(Deployment before, Deployment after) {
    if (before.state() == after.state()) {
      return;
    }
    percents.clear();
    String why = after.problem().map(Problem::message).orElse("");
    LOG.info(
        "deployment {}: {} to {}{} {}",
        after.jobId(),
        before.state(),
        after.state(),
        after.plannedAt().map(at -> " at " + at).orElse(""),
        why);
  }
}
