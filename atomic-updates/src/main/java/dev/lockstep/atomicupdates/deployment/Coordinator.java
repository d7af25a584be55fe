package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.deployment.DeploymentJournal.Aftermath;
import dev.lockstep.atomicupdates.deployment.DeploymentJournal.Desired;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out one deployment at a time over all devices; runs on the hub only.
 *
 * <p>Every method may be called from any thread and returns at once: what it asks for is done on
 * the one thread of the executor, which is the only door to the deployment's state. The journal is
 * written first, then orders go out, then reports. Killed at any instant, it goes on at {@link
 * #start()} by sending again what was not answered; devices are idempotent by job.
 */
public final class Coordinator {
  private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);
  private static final int LATEST = 20;

  private final Ports ports;
  private final CoordinatorSettings settings;
  private final Clock clock;
  private final Executor executor;
  private final Supplier<String> newId;
  private final DeploymentMachine machine;
  private final DeploymentPlanner planner;
  private final CatchUp catchUp;
  private final OrderDispatch dispatch;
  private final Bulletin bulletin;
  private final Membership membership;
  private Deployment current;
  private volatile List<Deployment> latest = List.of();
  private Instant settledAt = Instant.MIN;

  /**
   * What the coordinator needs from the outside.
   *
   * @param inventory who is there
   * @param hints what offers said
   * @param journal what must not be forgotten
   * @param orders how devices are told
   * @param reports how everybody is told
   */
  public record Ports(
      Inventory inventory,
      ReleaseHints hints,
      DeploymentJournal journal,
      DeviceOrders orders,
      DeploymentReports reports) {}

  /**
   * A coordinator that is at rest until it is started.
   *
   * @param executor one thread; everything happens on it
   * @param newId ids of deployments that the coordinator begins by itself
   */
  public Coordinator(
      Ports ports,
      CoordinatorSettings settings,
      Clock clock,
      Executor executor,
      Supplier<String> newId) {
    this.ports = ports;
    this.settings = settings;
    this.clock = clock;
    this.executor = executor;
    this.newId = newId;
    this.machine = new DeploymentMachine(settings.rules());
    this.planner = new DeploymentPlanner(ports.inventory(), ports.hints(), settings.channel());
    this.catchUp = new CatchUp(ports.journal());
    this.dispatch = new OrderDispatch(ports.orders());
    this.membership = new Membership(ports.inventory(), ports.journal(), settings.forgetAfter());
    this.bulletin = new Bulletin(ports.reports(), ports.journal());
  }

  /** Goes on where the journal stands. */
  public void start() {
    run("start", this::recover);
  }

  /** Somebody asks for a deployment; a repetition tells again how far it came. */
  public void install(DeploymentRequest request) {
    run("install", () -> take(request));
  }

  /** Somebody asks to go back; a repetition tells again how far it came. */
  public void revert(RevertRequest request) {
    run("revert", () -> begin(request.jobId(), request.requestedBy(), () -> planRevert(request)));
  }

  /** A request could not be read; it is refused with that reason. */
  public void refuse(String jobId, String requestedBy, Failure why) {
    run("refuse", () -> ports.reports().ended(refused(jobId, requestedBy, why)));
  }

  /** A device took an order. */
  public void accepted(String jobId, Site site, Order order) {
    run(
        "accepted",
        () -> {
          if (current != null && current.id().equals(jobId)) {
            dispatch.taken(site, order, now());
          }
        });
  }

  /** A device said how an order ended. */
  public void answered(String jobId, DeploymentEvent.Answered answer) {
    run(
        "answered",
        () -> {
          if (current != null && current.id().equals(jobId)) {
            apply(answer);
          }
        });
  }

  /**
   * Somebody answers what the running deployment asks.
   *
   * @param answer called with the deployment's id, and why the decision is refused
   */
  public void decide(Decision decision, BiConsumer<String, Optional<Failure>> answer) {
    run("decide", () -> take(decision, answer));
  }

  /** A component announced itself; the inventory has it already. */
  public void announced(Announced announced) {
    run("announced", () -> takeIn(announced));
  }

  /** Looks at deadlines and sends again what is due; call it a few times a second. */
  public void tick() {
    run("tick", this::look);
  }

  /** The last deployments, newest first; from any thread. */
  public List<Deployment> latest() {
    return latest;
  }

  /** Deployments of the past as the journal holds them, newest first; from any thread. */
  public List<Deployment> past(int count) {
    return ports.journal().latest(count);
  }

  private void save(Deployment deployment, Aftermath aftermath) {
    ports.journal().save(deployment, aftermath);
    List<Deployment> newestFirst = new ArrayList<>(latest);
    newestFirst.removeIf(known -> known.id().equals(deployment.id()));
    newestFirst.add(0, deployment);
    latest = List.copyOf(newestFirst.subList(0, Math.min(LATEST, newestFirst.size())));
  }

  private void recover() {
    membership.recover();
    bulletin.untold();
    latest = ports.journal().latest(LATEST);
    current = ports.journal().running().orElse(null);
    if (current != null) {
      LOG.info("deployment {} goes on in {}", current.id(), current.state());
      apply(new DeploymentEvent.Begun());
    }
  }

  private void take(DeploymentRequest request) {
    if (request.dryRun()) {
      dryRun(request);
      return;
    }
    begin(
        request.jobId(),
        request.requestedBy(),
        () -> planner.plan(Deployment.Kind.INSTALL, request, now()));
  }

  private void take(Decision decision, BiConsumer<String, Optional<Failure>> answer) {
    boolean meant =
        current != null && (decision.jobId().isEmpty() || decision.jobId().equals(current.id()));
    if (!meant || current.asked().isEmpty()) {
      answer.accept(
          decision.jobId(),
          Optional.of(
              new Failure(
                  ErrorCode.ERROR_CODE_DEPLOYMENT_NOTHING_ASKED,
                  ErrorCategory.ERROR_CATEGORY_OPERATOR,
                  "cannot decide: no such deployment asks anything now; see the state")));
      return;
    }
    String jobId = current.id();
    LOG.info("deployment {}: {} decided to {}", jobId, decision.requestedBy(), decision.action());
    apply(new DeploymentEvent.Decided(decision));
    answer.accept(jobId, Optional.empty());
  }

  private Deployment planRevert(RevertRequest request) {
    return planner.plan(request, now());
  }

  private void dryRun(DeploymentRequest request) {
    try {
      refuseWhileBusy();
      Deployment plan = planner.plan(Deployment.Kind.INSTALL, request, now());
      ports.reports().planned(request.jobId(), planner.inWords(plan));
    } catch (AtomicUpdatesException no) {
      ports.reports().ended(refused(request.jobId(), request.requestedBy(), failure(no)));
    }
  }

  private void begin(String jobId, String requestedBy, Supplier<Deployment> plan) {
    Optional<Deployment> known = ports.journal().find(jobId);
    if (known.isPresent()) {
      tellAgain(known.get());
      return;
    }
    Deployment planned;
    try {
      refuseWhileBusy();
      planned = plan.get();
    } catch (AtomicUpdatesException unplannable) {
      Deployment refused = refused(jobId, requestedBy, failure(unplannable));
      save(refused, Aftermath.NONE);
      bulletin.end(refused);
      return;
    }
    LOG.info("deployment {} begins: {} steps", jobId, planned.steps().size());
    start(planned);
  }

  private void start(Deployment planned) {
    save(planned, Aftermath.NONE);
    current = planned;
    apply(new DeploymentEvent.Begun());
  }

  private void refuseWhileBusy() {
    if (current != null) {
      throw new AtomicUpdatesException.Coordination(
          ErrorCode.ERROR_CODE_INSTALL_BUSY,
          ErrorCategory.ERROR_CATEGORY_RETRY,
          "cannot start: already in progress: deployment %s; wait for its end, then ask again"
              .formatted(current.id()),
          null);
    }
  }

  private void tellAgain(Deployment known) {
    if (known.state().ended()) {
      bulletin.end(known);
    } else {
      bulletin.waiting(known, now());
    }
  }

  private void takeIn(Announced announced) {
    Instant now = now();
    membership.seen(announced, now);
    if (current != null) {
      if (!announced.leaving()) {
        apply(new DeploymentEvent.CameBack(announced.site()));
      }
      if (announced.version() != null && !announced.provides().isEmpty()) {
        apply(
            new DeploymentEvent.Provided(
                announced.site().component(), announced.version(), announced.provides()));
      }
      return;
    }
    if (!now.isBefore(settledAt)) {
      catchUp.due(announced, now).ifPresent(this::bringUp);
    }
  }

  private void bringUp(Desired desired) {
    DeploymentRequest request =
        new DeploymentRequest(
            newId.get(),
            "",
            List.of(new DeploymentRequest.Wanted(desired.site().component(), desired.version())),
            Set.of(desired.site().device()),
            false,
            "catch-up");
    try {
      Deployment planned = planner.plan(Deployment.Kind.CATCH_UP, request, now());
      if (planned.awaited().isEmpty() && planned.anyIn(StepStatus.PENDING)) {
        LOG.info("{} catches up to {}", desired.site(), desired.version());
        start(planned.map(step -> step.hinted(desired.manifestTarget())));
      }
    } catch (AtomicUpdatesException unplannable) {
      LOG.warn("{} cannot catch up to {}", desired.site(), desired.version(), unplannable);
    }
  }

  private void look() {
    bulletin.untoldWhereDue();
    membership.forgetSilent(Optional.ofNullable(current), now());
    if (current == null) {
      return;
    }
    apply(new DeploymentEvent.TimePassed());
    for (Site site : notStartedAndAway()) {
      apply(new DeploymentEvent.WentAway(site));
    }
    if (current == null) {
      return;
    }
    Instant now = now();
    dispatch.sendAgainWhereDue(current, now);
    bulletin.waitingWhereDue(current, now);
  }

  private List<Site> notStartedAndAway() {
    return current == null
        ? List.of()
        : current.steps().stream()
            .filter(Step::frontend)
            .filter(step -> step.status().toStart())
            .map(Step::site)
            .filter(ports.inventory()::away)
            .toList();
  }

  private void apply(DeploymentEvent event) {
    if (current == null) {
      return;
    }
    Instant now = now();
    DeploymentMachine.Transition next = machine.apply(current, event, now);
    Deployment after = next.deployment();
    if (!after.equals(current)) {
      save(after, catchUp.aftermath(after, now));
      if (after.state() != current.state()) {
        LOG.info("deployment {}: {} to {}", after.id(), current.state(), after.state());
      }
    }
    current = after;
    for (DeploymentEffect effect : next.effects()) {
      carryOut(effect, now);
    }
  }

  private void carryOut(DeploymentEffect effect, Instant now) {
    if (effect instanceof DeploymentEffect.Instruct instruct) {
      dispatch.send(current, instruct.step(), instruct.order(), now);
    } else if (effect instanceof DeploymentEffect.TellBarrier) {
      bulletin.waiting(current, now());
    } else if (effect instanceof DeploymentEffect.TellEnd) {
      Deployment ended = current;
      current = null;
      settledAt = now.plus(settings.settle());
      dispatch.forget();
      bulletin.end(ended);
    }
  }

  private Deployment refused(String jobId, String requestedBy, Failure why) {
    LOG.warn("deployment {} is refused: {}", jobId, why.message());
    return Deployment.refused(jobId, requestedBy, why, now());
  }

  /** As exact as the journal, so that what is told again is told the same. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private static Failure failure(AtomicUpdatesException unplannable) {
    return new Failure(unplannable.code(), unplannable.category(), unplannable.getMessage());
  }

  private void run(String what, Runnable task) {
    try {
      executor.execute(
          () -> {
            try {
              task.run();
            } catch (RuntimeException failed) {
              // The journal is ahead of everything else, so the next tick mends what was not done.
              LOG.error("coordinator could not {}", what, failed);
            }
          });
    } catch (RejectedExecutionException closed) {
      LOG.debug("coordinator is closed, {} is dropped", what);
    }
  }
}
