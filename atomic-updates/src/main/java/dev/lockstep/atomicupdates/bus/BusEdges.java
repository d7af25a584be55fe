package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.DeviceUpdates;
import dev.lockstep.atomicupdates.deployment.Coordinator;
import dev.lockstep.atomicupdates.deployment.Deployment;
import dev.lockstep.atomicupdates.deployment.DeploymentReports;
import dev.lockstep.atomicupdates.deployment.DeviceOrders;
import dev.lockstep.atomicupdates.deployment.Inventory;
import dev.lockstep.atomicupdates.deployment.ReleaseHints;
import dev.lockstep.atomicupdates.port.Participants;
import dev.lockstep.atomicupdates.port.Reports;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Heartbeats;
import dev.lockstep.config.Settings;
import dev.lockstep.protocol.Topics;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All edges of one device's atomic-updates to one bus. First gives the ports that the device and
 * the coordinator report to, then takes them and subscribes.
 */
public final class BusEdges implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BusEdges.class);

  private final Settings settings;
  private final Bus bus;
  private final Clock clock;
  private final Outlet outlet;
  private final Inventory inventory;
  private final ReleaseHints hints = new ReleaseHints();
  private final Rounds rounds = new Rounds();
  private final InstructionLedger ledger;
  private final BusParticipants participants;
  private final BusReports reports;
  private final Announcer announcer;
  private final Executor executor;
  private final List<Bus.Subscription> subscriptions = new ArrayList<>();
  private volatile Coordinator coordinator;

  /**
   * Edges that are not subscribed to anything yet.
   *
   * @param executor one thread on which messages are handled, with a bounded queue before it
   */
  public BusEdges(Settings settings, Bus bus, Clock clock, Waiter waiter, Executor executor) {
    String device = settings.device().id();
    this.settings = settings;
    this.bus = bus;
    this.clock = clock;
    this.outlet = new Outlet(bus);
    this.inventory = new Inventory(clock);
    this.ledger = new InstructionLedger(new DeviceResponseProducer(outlet));
    this.participants = new BusParticipants(settings, inventory, rounds, outlet, clock, waiter);
    this.announcer =
        new Announcer(
            new ComponentAnnounceProducer(
                settings,
                outlet,
                new Heartbeats<>(settings.update().heartbeat(), bus::pace, clock)),
            new StateReportProducer(settings, outlet, bus::pace, clock, this::deployments));
    this.reports =
        new BusReports(
            device,
            outlet,
            clock,
            ledger,
            participants::ended,
            component -> later(() -> announcer.changed(component)));
    this.executor = executor;
  }

  /** Where the device's updates report to. */
  public Reports reports() {
    return reports;
  }

  /** How the device's updates ask components. */
  public Participants participants() {
    return participants;
  }

  /** Who announced itself. */
  public Inventory inventory() {
    return inventory;
  }

  /** What the coordinator needs from the bus. */
  public ReleaseHints hints() {
    return hints;
  }

  /** How the coordinator tells devices. */
  public DeviceOrders orders() {
    return new DeviceInstructionProducer(outlet);
  }

  /** How the coordinator tells everybody. */
  public DeploymentReports deploymentReports() {
    return new DeploymentProducer(settings.device().id(), outlet, this::reportLater);
  }

  /**
   * Subscribes, and announces at once and whenever the bus connects again.
   *
   * @param hub the coordinator; empty on devices that are not the hub
   */
  public void attach(DeviceUpdates updates, Optional<Coordinator> hub) {
    coordinator = hub.orElse(null);
    announcer.attach(updates);
    Intake intake = new Intake(bus, executor);
    attachDevice(intake, updates);
    hub.ifPresent(it -> attachHub(intake, it));
    // Answers are only put where their question waits, so they need no thread of their own.
    Intake direct = new Intake(bus, Runnable::run);
    subscriptions.add(
        direct.subscribe(Topics.PREPARE_RESPONSE, new PrepareResponseConsumer(rounds, clock)));
    subscriptions.add(direct.subscribe(Topics.DRAIN_RESPONSE, new DrainResponseConsumer(rounds)));
    subscriptions.add(
        direct.subscribe(
            Topics.COMPONENT_ANNOUNCE,
            new AnnouncementConsumer(
                inventory,
                settings.update().heartbeat().multipliedBy(3),
                announced -> hub.ifPresent(it -> it.announced(announced)))));
    subscriptions.add(bus.onConnected(announcer::again));
    subscriptions.add(bus.onConnected(this::heartbeat));
    heartbeat();
  }

  private void attachDevice(Intake intake, DeviceUpdates updates) {
    String device = settings.device().id();
    Set<String> components = settings.components().keySet();
    subscriptions.add(
        intake.subscribe(
            Topics.DOWNLOAD_REQUEST,
            new DownloadRequestConsumer(device, components, updates, reports)));
    subscriptions.add(
        intake.subscribe(Topics.DOWNLOAD_CANCEL, new DownloadCancelConsumer(updates)));
    subscriptions.add(
        intake.subscribe(
            Topics.DEVICE_INSTRUCTION,
            new DeviceInstructionConsumer(device, components, updates, ledger)));
    subscriptions.add(
        intake.subscribe(Topics.COMPONENT_ANNOUNCE, new RunningConsumer(settings, updates)));
    subscriptions.add(
        intake.subscribe(Topics.COMPONENT_ANNOUNCE, new OwnWordConsumer(settings, updates)));
    subscriptions.add(
        intake.subscribe(Topics.INSTALL_COMPLETE, new DeploymentEndConsumer(updates)));
    subscriptions.add(
        intake.subscribe(
            Topics.INSTALL_REQUEST, new InstallPlanConsumer(device, components, updates)));
    subscriptions.add(
        intake.subscribe(
            Topics.REVERT_REQUEST, new RevertPlanConsumer(device, components, updates)));
    subscriptions.add(
        intake.subscribe(
            Topics.HISTORY_REQUEST,
            new HistoryRequestConsumer(
                new HistoryReportProducer(device, outlet, clock), updates, this::pastDeployments)));
    subscriptions.add(
        intake.subscribe(Topics.LOG_REQUEST, new LogRequestConsumer(device, outlet, updates)));
    subscriptions.add(
        intake.subscribe(
            Topics.STATE_REQUEST, new StateRequestConsumer(device, announcer::answer)));
  }

  private void attachHub(Intake intake, Coordinator hub) {
    subscriptions.add(intake.subscribe(Topics.INSTALL_REQUEST, new InstallRequestConsumer(hub)));
    subscriptions.add(intake.subscribe(Topics.REVERT_REQUEST, new RevertRequestConsumer(hub)));
    subscriptions.add(
        intake.subscribe(
            Topics.DECISION_REQUEST,
            new DecisionRequestConsumer(hub, new DecisionResponseProducer(outlet))));
    subscriptions.add(intake.subscribe(Topics.DEVICE_RESPONSE, new DeviceResponseConsumer(hub)));
    subscriptions.add(intake.subscribe(Topics.AVAILABLE, new AvailableConsumer(hints)));
    subscriptions.add(intake.subscribe(Topics.DOWNLOAD_REQUEST, new DownloadHintConsumer(hints)));
  }

  /** Announces this device's components and reports state; call it at every heartbeat. */
  public void heartbeat() {
    later(announcer::all);
  }

  /** Says that this device's components leave, while the bus is still open. */
  public void leaving() {
    later(announcer::leaving);
  }

  /** Ends the subscriptions. */
  @Override
  public void close() {
    subscriptions.forEach(Bus.Subscription::close);
  }

  private List<Deployment> deployments() {
    Coordinator hub = coordinator;
    return hub == null ? List.of() : hub.latest();
  }

  private List<Deployment> pastDeployments(int count) {
    Coordinator hub = coordinator;
    return hub == null ? List.of() : hub.past(count);
  }

  private void reportLater() {
    later(announcer::report);
  }

  private void later(Runnable task) {
    try {
      executor.execute(
          () -> {
            try {
              task.run();
            } catch (RuntimeException failed) {
              LOG.error("could not announce", failed);
            }
          });
    } catch (RejectedExecutionException closedOrFull) {
      LOG.debug("an announcement is skipped; the next heartbeat makes up for it");
    }
  }
}
