package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.DeviceUpdates;
import dev.lockstep.atomicupdates.JobHistory;
import dev.lockstep.atomicupdates.backup.Backups;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.InstallState;
import dev.lockstep.atomicupdates.domain.Percent;
import dev.lockstep.atomicupdates.health.ComponentHealth;
import dev.lockstep.atomicupdates.journal.Database;
import dev.lockstep.atomicupdates.journal.DeferralJournal;
import dev.lockstep.atomicupdates.journal.InstallJournal;
import dev.lockstep.atomicupdates.journal.VerifiedFacts;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.port.Launcher;
import dev.lockstep.atomicupdates.port.OwnWord;
import dev.lockstep.atomicupdates.port.Participants;
import dev.lockstep.atomicupdates.port.Reports;
import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.atomicupdates.process.CommandLine;
import dev.lockstep.atomicupdates.process.ComponentProcesses;
import dev.lockstep.atomicupdates.process.PrivilegedSocket;
import dev.lockstep.atomicupdates.slots.SlotDirectory;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The updates of one device, carried out on this machine.
 *
 * <p>Requests are taken on one thread, in their order; downloads and steps run on a thread each.
 * Whatever instant the process ends at, the next {@link #start()} goes on from the journal.
 */
public final class InstallEngine implements DeviceUpdates {
  private static final Logger LOG = LoggerFactory.getLogger(InstallEngine.class);
  private static final int FINISHED_JOBS = 50;
  private static final Duration LET_FINISH = Duration.ofSeconds(5);

  private final EngineCore core;
  private final Requests requests;
  private final RevertRequests reverts;
  private final DryRuns dryRuns;
  private final HealthWatch health;
  private final Set<String> undescribed = ConcurrentHashMap.newKeySet();
  private boolean started;
  private boolean closed;

  /** With ports of its own choice; does nothing before {@link #start()}. */
  public InstallEngine(Settings settings, Database database, EnginePorts ports) {
    this.core =
        new EngineCore(
            components(settings, ports.faults(), new VerifiedFacts(database)),
            settings,
            ports,
            new InstallJournal(database),
            new DeferralJournal(database));
    this.requests = new Requests(core);
    this.reverts = new RevertRequests(core, requests);
    this.dryRuns = new DryRuns(core, settings.update());
    this.health = new HealthWatch(ports);
  }

  /**
   * The engine of a device: starts and stops its components and asks their health as the settings
   * say. Does nothing before {@link #start()}. The database stays the caller's to close, after the
   * engine.
   */
  public static InstallEngine create(
      Settings settings,
      Database database,
      Stager stager,
      Participants participants,
      Reports reports,
      Launcher launcher,
      FaultPoints faults,
      Clock clock) {
    Path root = settings.device().root();
    ComponentProcesses processes =
        new ComponentProcesses(settings.device(), settings.components(), clock);
    ComponentHealth health = new ComponentHealth(root, settings.components(), processes, clock);
    return new InstallEngine(
        settings,
        database,
        new EnginePorts(
            stager,
            participants,
            reports,
            processes,
            health,
            new PrivilegedSocket(PrivilegedSocket.SOCKET),
            launcher,
            faults,
            clock));
  }

  private static Map<String, ManagedComponent> components(
      Settings settings, FaultPoints faults, VerifiedFacts facts) {
    Map<String, ManagedComponent> components = new LinkedHashMap<>();
    for (ComponentSettings component : settings.components().values()) {
      Path home = settings.device().root().resolve(component.id());
      components.put(
          component.id(),
          new ManagedComponent(
              component,
              new SlotDirectory(home, component.versionFile(), faults),
              new Backups(home, settings.update().backupPath().resolve(component.id()), faults),
              new CommandLine(component.id(), home),
              new ReentrantLock(),
              facts));
    }
    return components;
  }

  /**
   * {@inheritDoc}
   *
   * @throws AtomicUpdatesException {@code JOURNAL} where the journal cannot be used
   */
  @Override
  public synchronized void start() {
    if (started) {
      return;
    }
    started = true;
    try {
      core.door()
          .call(
              () -> {
                new Boot(core).run();
                return null;
              })
          .get();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return;
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof AtomicUpdatesException known) {
        throw known;
      }
      throw new IllegalStateException("cannot start the updates of this device", failed.getCause());
    }
    core.components().values().forEach(health::watch);
  }

  @Override
  public void stage(String jobId, String component, ReleaseVersion version, String manifestTarget) {
    Install.Key key = new Install.Key(jobId, component);
    core.door().submit("stage " + key, () -> requests.stage(key, version, manifestTarget));
  }

  @Override
  public void cancelStage(String jobId) {
    core.door().submit("cancel " + jobId, () -> requests.cancel(jobId));
  }

  @Override
  public void install(InstallOrder order) {
    if (order.dryRun()) {
      dryRuns.ask(order);
    } else {
      core.door().submit("install for " + order, () -> requests.install(order));
    }
  }

  @Override
  public void revert(RevertOrder order) {
    core.door().submit("revert for " + order, () -> reverts.revert(order));
  }

  @Override
  public void running(String component, ReleaseVersion version) {
    core.external().runs(component, version);
  }

  @Override
  public void said(String component, OwnWord word) {
    core.ports().health().said(component, word);
  }

  @Override
  public void deploymentEnded(String jobId) {
    core.door().submit("end of " + jobId, () -> core.waiting().deploymentEnded(jobId));
  }

  @Override
  public List<ComponentStatus> components() {
    return core.components().values().stream().map(this::status).toList();
  }

  private ComponentStatus status(ManagedComponent component) {
    Optional<ReleaseVersion> active;
    try {
      active = component.active();
    } catch (AtomicUpdatesException unreadable) {
      LOG.warn("the version of {} is not known", component.id(), unreadable);
      active = Optional.empty();
    }
    Optional<ReleaseVersion> runs = active;
    Optional<ReleaseVersion> previous =
        active.isEmpty() ? Optional.empty() : component.slots().previous();
    List<ReleaseVersion> staged =
        slots(component).stream()
            .filter(version -> runs.filter(version::equals).isEmpty())
            .filter(version -> previous.filter(version::equals).isEmpty())
            .toList();
    return new ComponentStatus(
        component.id(),
        active.orElse(null),
        previous.orElse(null),
        staged,
        health.healthy(component.id()),
        health.problem(component.id()),
        active.flatMap(version -> description(component, version)));
  }

  /** Asked with every heartbeat: that the journal cannot be read is said once until it can be. */
  private Optional<ReleaseDescription> description(
      ManagedComponent component, ReleaseVersion version) {
    try {
      Optional<ReleaseDescription> known = component.description(version);
      undescribed.remove(component.id());
      return known;
    } catch (AtomicUpdatesException unreadable) {
      if (undescribed.add(component.id())) {
        LOG.warn("what is signed of {} {} is not known", component.id(), version, unreadable);
      }
      return Optional.empty();
    }
  }

  /** One folder that cannot be read must not keep the others from being told. */
  private static List<ReleaseVersion> slots(ManagedComponent component) {
    try {
      return component.slots().slots();
    } catch (UncheckedIOException unreadable) {
      LOG.warn("the slots of {} are not known", component.id(), unreadable);
      return List.of();
    }
  }

  @Override
  public List<JobStatus> jobs() {
    List<JobStatus> running = new ArrayList<>();
    List<JobStatus> finished = new ArrayList<>();
    Set<Install> known = new LinkedHashSet<>(core.journal().unfinished());
    known.addAll(core.journal().latest(FINISHED_JOBS));
    for (Install install : known) {
      JobStatus status = status(install);
      (status.finished() ? finished : running).add(status);
    }
    finished.sort(Comparator.comparing(JobStatus::finishedAt).reversed());
    running.addAll(finished);
    return running;
  }

  private JobStatus status(Install install) {
    int percent =
        install.state() == InstallState.DOWNLOADING
            ? core.staging().percent(install.key())
            : Percent.of(install);
    return new JobStatus(
        install.key().jobId(),
        install.key().component(),
        install.versions().from(),
        install.versions().to(),
        install.state().name(),
        percent,
        install.state().finished(),
        Failures.exception(install.failure()),
        install.times().started(),
        install.times().finished());
  }

  @Override
  public JobHistory history() {
    return new History(core.journal(), List.copyOf(core.components().values()), this::status);
  }

  /** The log of a job, from a line on, oldest first. */
  public List<InstallJournal.LogLine> log(String jobId, long fromLine, int count) {
    return core.journal().log(jobId, fromLine, count);
  }

  /**
   * Waits until what was decided so far is done, tidying up included; for tests that put files
   * there by hand.
   *
   * @return whether it was done within that time
   */
  boolean awaitDone(Duration within) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    core.door().submit("wait", () -> core.worker().submit("wait", done::countDown));
    return done.await(within.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ends all threads without a word, as a kill would; for tests of what a crash leaves. */
  synchronized void abandon() throws InterruptedException {
    closed = true;
    health.close();
    dryRuns.close();
    core.door().shutDown();
    core.staging().abandon();
    core.worker().abandon();
    core.door().awaitEnd(LET_FINISH);
    core.staging().awaitEnd(LET_FINISH);
    core.worker().awaitEnd(LET_FINISH);
    core.ports().processes().close(false);
  }

  @Override
  public synchronized void close(boolean stopComponents) {
    if (closed) {
      return;
    }
    closed = true;
    health.close();
    dryRuns.close();
    core.staging().close();
    core.worker().close();
    try {
      core.staging().awaitEnd(LET_FINISH);
      if (!core.worker().awaitEnd(LET_FINISH)) {
        LOG.info("a step was interrupted; it goes on after the next start");
      }
      core.door().shutDown();
      core.door().awaitEnd(LET_FINISH);
    } catch (InterruptedException hurried) {
      core.door().shutDown();
      Thread.currentThread().interrupt();
    }
    core.ports().processes().close(stopComponents);
  }
}
