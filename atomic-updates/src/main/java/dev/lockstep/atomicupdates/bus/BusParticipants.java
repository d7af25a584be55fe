package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.deployment.Announced;
import dev.lockstep.atomicupdates.deployment.Inventory;
import dev.lockstep.atomicupdates.deployment.Site;
import dev.lockstep.atomicupdates.port.Participants;
import dev.lockstep.atomicupdates.port.Reports;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UpdateSettings;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks components over the bus to prepare and drain, and announces restarts. Blocks up to the
 * deadlines of the settings; called on worker threads. A thread that is interrupted gets "not now"
 * from prepare, and returns early from the others.
 */
final class BusParticipants implements Participants {
  private static final Logger LOG = LoggerFactory.getLogger(BusParticipants.class);

  private static final Duration LONGEST_INHIBIT = Duration.ofHours(24);
  private static final Duration LONGEST_CRITICAL_INHIBIT = Duration.ofHours(1);

  private record Planned(RestartNotice notice, Instant at) {}

  private final Settings settings;
  private final Inventory inventory;
  private final Rounds rounds;
  private final PrepareRequestProducer prepare;
  private final DrainRequestProducer drain;
  private final RestartScheduledProducer restarts;
  private final Clock clock;
  private final Waiter waiter;
  private final Map<String, Planned> planned = new ConcurrentHashMap<>();
  private final Map<String, Duration> lastDowntime = new ConcurrentHashMap<>();

  BusParticipants(
      Settings settings,
      Inventory inventory,
      Rounds rounds,
      Outlet outlet,
      Clock clock,
      Waiter waiter) {
    String device = settings.device().id();
    UpdateSettings update = settings.update();
    this.settings = settings;
    this.inventory = inventory;
    this.rounds = rounds;
    this.prepare = new PrepareRequestProducer(device, outlet, update.prepareDeadline());
    this.drain = new DrainRequestProducer(device, outlet, update.drainDeadline());
    this.restarts = new RestartScheduledProducer(device, outlet, clock);
    this.clock = clock;
    this.waiter = waiter;
  }

  @Override
  public Optional<Inhibited> prepare(
      String jobId, String component, ReleaseVersion to, boolean critical) {
    // Everybody hears of it; only those whom it concerns are waited for, and can put it off.
    Set<Site> concerned = concerned(component);
    String correlationId = UUID.randomUUID().toString();
    Round round = rounds.open(correlationId, concerned);
    try {
      Inhibited inhibited =
          round.run(
              () -> prepare.publish(correlationId, jobId, component, to, critical),
              settings.update().prepareDeadline());
      return inhibited != null
          ? Optional.of(bounded(inhibited, critical))
          : silence(round.silent());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return Optional.of(new Inhibited("lockstep", "this device stops", clock.instant()));
    } finally {
      rounds.close(correlationId);
    }
  }

  @Override
  public Asked asked(String component) {
    return new Asked(inWords(concerned(component)), inWords(drained(component)));
  }

  private static List<String> inWords(Set<Site> sites) {
    return sites.stream().sorted().map(Site::toString).toList();
  }

  private Set<Site> concerned(String component) {
    return present(Announced.PREPARE, announced -> concerns(component, announced));
  }

  private Set<Site> drained(String component) {
    Site self = new Site(settings.device().id(), component);
    boolean all = role(component) != Role.FRONTEND;
    return present(
        Announced.DRAIN,
        announced -> announced.site().equals(self) || (all && announced.role() == Role.FRONTEND));
  }

  /**
   * An install concerns the components of its device, and those that use what it provides. Where
   * nobody says what is used, a backend or module concerns all, a frontend nobody elsewhere.
   */
  private boolean concerns(String component, Announced other) {
    Site installed = new Site(settings.device().id(), component);
    if (other.site().device().equals(installed.device())) {
      return true;
    }
    Set<String> provided =
        inventory.find(installed).map(own -> own.provides().keySet()).orElse(Set.of());
    if (provided.isEmpty() || other.requires().isEmpty()) {
      return role(component) != Role.FRONTEND;
    }
    return other.requires().keySet().stream().anyMatch(provided::contains);
  }

  /** A lease, not a veto: nobody puts an update off for longer than this at a time. */
  private Inhibited bounded(Inhibited inhibited, boolean critical) {
    Instant latest = clock.instant().plus(critical ? LONGEST_CRITICAL_INHIBIT : LONGEST_INHIBIT);
    return inhibited.until().isAfter(latest)
        ? new Inhibited(inhibited.owner(), inhibited.reason(), latest)
        : inhibited;
  }

  private Optional<Inhibited> silence(Set<Site> silent) {
    if (silent.isEmpty()) {
      return Optional.empty();
    }
    boolean proceed = settings.update().prepareNoAnswer() == UpdateSettings.NoAnswer.PROCEED;
    LOG.warn("no answer to prepare from {}; {}", silent, proceed ? "going on" : "not now");
    if (proceed) {
      return Optional.empty();
    }
    Site first = silent.iterator().next();
    return Optional.of(
        new Inhibited(
            first.toString(),
            "no answer to prepare within " + settings.update().prepareDeadline().toMillis() + " ms",
            clock.instant().plus(settings.update().prepareDeadline())));
  }

  @Override
  public void drain(String jobId, String component) {
    Set<Site> asked = drained(component);
    String correlationId = UUID.randomUUID().toString();
    Round round = rounds.open(correlationId, asked);
    try {
      round.run(
          () -> drain.publish(correlationId, jobId, component), settings.update().drainDeadline());
      if (!round.silent().isEmpty()) {
        LOG.warn("going on without an answer to drain from {}", round.silent());
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } finally {
      rounds.close(correlationId);
    }
  }

  @Override
  public void announceRestart(RestartNotice notice) {
    Instant at = clock.instant().plus(settings.update().restartNotice());
    planned.put(notice.component(), new Planned(notice, at));
    restarts.publish(notice, at, expectedDowntime(notice.component()));
    try {
      waiter.until(at);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  /** An install has ended: its restart is over, and how long it took is a guess for the next. */
  void ended(InstallResult result) {
    Planned restart = planned.get(result.component());
    boolean another = restart != null && !restart.notice().jobId().equals(result.jobId());
    if (result.outcome() == Reports.Outcome.DRY_RUN || another) {
      // Somebody asked something while an install goes on, whose restart is still to come.
      return;
    }
    Duration downtime = result.downtime();
    if (downtime != null && !downtime.isZero()) {
      lastDowntime.put(result.component(), downtime);
    }
    Planned over = planned.remove(result.component());
    if (over != null) {
      restarts.publishOver(over.notice(), over.at());
    } else if (restarted(result)) {
      // A process before this one may have announced it and been killed: the broker kept that.
      restarts.publishOver(
          new RestartNotice(
              result.jobId(),
              result.component(),
              result.from(),
              result.to(),
              "install of " + result.component() + " " + result.to()),
          clock.instant());
    }
  }

  private static boolean restarted(InstallResult result) {
    return switch (result.outcome()) {
      case COMMITTED, REVERTED, REVERT_FAILED -> true;
      case REFUSED, DEFERRED, DRY_RUN -> false;
    };
  }

  /** As long as last time; before the first time as long as the settings allow. */
  private Duration expectedDowntime(String component) {
    Duration last = lastDowntime.get(component);
    if (last != null) {
      return last;
    }
    ComponentSettings known = settings.components().get(component);
    return known == null
        ? Duration.ZERO
        : known.process().stopTimeout().plus(known.health().untilFirstAnswer());
  }

  private Role role(String component) {
    ComponentSettings known = settings.components().get(component);
    return known == null ? Role.MODULE : known.role();
  }

  private Set<Site> present(String capability, Predicate<Announced> condition) {
    return inventory.all().stream()
        .filter(announced -> announced.capabilities().contains(capability))
        .filter(condition)
        .map(Announced::site)
        .filter(site -> !inventory.away(site))
        .collect(Collectors.toSet());
  }
}
