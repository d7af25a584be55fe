package dev.lockstep.atomicupdates;

import dev.lockstep.atomicupdates.bus.BusEdges;
import dev.lockstep.atomicupdates.bus.Waiter;
import dev.lockstep.atomicupdates.deployment.Coordinator;
import dev.lockstep.atomicupdates.deployment.CoordinatorSettings;
import dev.lockstep.atomicupdates.deployment.DeploymentJournal;
import dev.lockstep.atomicupdates.deployment.SqliteDeploymentJournal;
import dev.lockstep.atomicupdates.engine.InstallEngine;
import dev.lockstep.atomicupdates.journal.Database;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.port.Launcher;
import dev.lockstep.atomicupdates.port.Participants;
import dev.lockstep.atomicupdates.port.Reports;
import dev.lockstep.atomicupdates.staging.TufStager;
import dev.lockstep.bus.Bus;
import dev.lockstep.config.Settings;
import dev.lockstep.tuf.Fetcher;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Atomic-updates of one device, joined to a bus; on the hub with the coordinator of all devices.
 *
 * <p>Starting twice is harmless, closing twice too. Closing tells the others that this device's
 * components leave, lets running steps end, and leaves the bus open: it belongs to the caller.
 */
public final class AtomicUpdates implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AtomicUpdates.class);
  private static final Duration TICK = Duration.ofMillis(250);

  /** Tasks, each small: messages that wait are bounded by their bytes before they come here. */
  private static final int QUEUE = 10_000;

  private static final int STOP_SECONDS = 5;

  private final Settings settings;
  private final BusEdges edges;
  private final DeviceUpdates device;
  private final Optional<Coordinator> coordinator;
  private final ThreadPoolExecutor edgeThread;
  private final ThreadPoolExecutor coordinatorThread;
  private final ScheduledExecutorService timer;
  private final Runnable afterClose;
  private boolean started;
  private boolean closed;

  /** Makes the device's updates, given where they report to and how they ask components. */
  @FunctionalInterface
  public interface DeviceUpdatesFactory {
    /** Makes them; they are started by {@link AtomicUpdates#start()}. */
    DeviceUpdates create(Reports reports, Participants participants);
  }

  /**
   * Wires everything, starts nothing.
   *
   * @param hub the coordinator's journal on the hub; empty on every other device
   */
  public AtomicUpdates(
      Settings settings,
      Bus bus,
      Clock clock,
      DeviceUpdatesFactory factory,
      Optional<DeploymentJournal> hub) {
    this(settings, bus, clock, factory, hub, sleeping(clock), () -> {});
  }

  /**
   * The device as it is configured, with its journal {@code atomic.db}, its slots, its processes
   * and a stager of its own. The journal is closed with it.
   *
   * @param fetcher gets metadata and content; has the settings' timeout
   * @param faults hears every instant at which a crash would matter; {@link FaultPoints#NONE}
   *     outside of tests
   * @param launcher starts this process again in another version; {@link Launcher#NONE} where
   *     nothing does
   * @param hub whether this device coordinates the others
   * @throws AtomicUpdatesException {@code JOURNAL} where the journal cannot be used
   */
  public static AtomicUpdates open(
      Settings settings,
      Bus bus,
      Clock clock,
      Fetcher fetcher,
      Launcher launcher,
      FaultPoints faults,
      boolean hub) {
    Database database = Database.open(settings.device().state().resolve("atomic.db"), faults);
    TufStager stager = TufStager.of(settings, fetcher, clock);
    stager.cleanUp();
    DeviceUpdatesFactory engine =
        (reports, participants) ->
            InstallEngine.create(
                settings, database, stager, participants, reports, launcher, faults, clock);
    Optional<DeploymentJournal> journal =
        hub ? Optional.of(new SqliteDeploymentJournal(database)) : Optional.empty();
    return new AtomicUpdates(
        settings, bus, clock, engine, journal, sleeping(clock), database::close);
  }

  /**
   * The same without a launcher.
   *
   * @throws AtomicUpdatesException {@code JOURNAL} where the journal cannot be used
   */
  public static AtomicUpdates open(
      Settings settings, Bus bus, Clock clock, Fetcher fetcher, FaultPoints faults, boolean hub) {
    return open(settings, bus, clock, fetcher, Launcher.NONE, faults, hub);
  }

  /**
   * The same, with a waiter and what to do at the very end.
   *
   * @param waiter waits between a restart's notice and the restart
   * @param afterClose closes what belongs to it
   */
  AtomicUpdates(
      Settings settings,
      Bus bus,
      Clock clock,
      DeviceUpdatesFactory factory,
      Optional<DeploymentJournal> hub,
      Waiter waiter,
      Runnable afterClose) {
    this.afterClose = afterClose;
    this.settings = settings;
    this.edgeThread = thread("atomic-updates-edge");
    this.edges = new BusEdges(settings, bus, clock, waiter, edgeThread);
    this.device = factory.create(edges.reports(), edges.participants());
    this.coordinatorThread = thread("coordinator");
    this.timer =
        new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "atomic-updates-timer"));
    this.coordinator = hub.map(journal -> coordinator(journal, clock));
  }

  private Coordinator coordinator(DeploymentJournal journal, Clock clock) {
    return new Coordinator(
        new Coordinator.Ports(
            edges.inventory(), edges.hints(), journal, edges.orders(), edges.deploymentReports()),
        CoordinatorSettings.of(settings),
        clock,
        coordinatorThread,
        () -> UUID.randomUUID().toString());
  }

  /** Recovers what a crash left, starts the components, joins the bus, goes on with deployments. */
  public synchronized void start() {
    if (started || closed) {
      return;
    }
    started = true;
    device.start();
    edges.attach(device, coordinator);
    coordinator.ifPresent(
        hub -> {
          hub.start();
          repeat(hub::tick, TICK);
        });
    repeat(edges::heartbeat, settings.update().heartbeat());
  }

  /** The updates of this device. */
  public DeviceUpdates device() {
    return device;
  }

  @Override
  public void close() {
    close(true);
  }

  /**
   * Ends it.
   *
   * @param stopComponents whether the components of this device stop as well; where they do not,
   *     nobody is told that they leave
   */
  public synchronized void close(boolean stopComponents) {
    if (closed) {
      return;
    }
    closed = true;
    timer.shutdownNow();
    if (stopComponents) {
      edges.leaving();
    }
    device.close(stopComponents);
    edges.close();
    stop(edgeThread);
    stop(coordinatorThread);
    afterClose.run();
  }

  private static ThreadPoolExecutor thread(String name) {
    return new ThreadPoolExecutor(
        1,
        1,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(QUEUE),
        task -> new Thread(task, name));
  }

  /** What was taken already is still done, for a few seconds. */
  private static void stop(ThreadPoolExecutor thread) {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("work is dropped that did not end in {} s", STOP_SECONDS);
        thread.shutdownNow();
      }
    } catch (InterruptedException hurried) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private void repeat(Runnable task, Duration pause) {
    timer.scheduleWithFixedDelay(
        surviving(task), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The executor would never call a task again that threw once. */
  static Runnable surviving(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException failed) {
        LOG.error("a repeated task failed; it is tried again at its next turn", failed);
      }
    };
  }

  private static Waiter sleeping(Clock clock) {
    return until -> {
      long millis = Duration.between(clock.instant(), until).toMillis();
      if (millis > 0) {
        TimeUnit.MILLISECONDS.sleep(millis);
      }
    };
  }
}
