package dev.lockstep.versionmanagement;

import dev.lockstep.bus.Bus;
import dev.lockstep.config.DeviceSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UpdateSettings;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.release.DeviceFacts;
import dev.lockstep.versionmanagement.adapter.QuartzAlarms;
import dev.lockstep.versionmanagement.adapter.SqliteJournal;
import dev.lockstep.versionmanagement.adapter.TufReleaseSource;
import dev.lockstep.versionmanagement.adapter.VersionFileReader;
import dev.lockstep.versionmanagement.bus.BusInbox;
import dev.lockstep.versionmanagement.bus.BusOutbox;
import dev.lockstep.versionmanagement.deployment.DeploymentLimits;
import dev.lockstep.versionmanagement.domain.CheckAnswer;
import dev.lockstep.versionmanagement.domain.CheckQuestion;
import dev.lockstep.versionmanagement.domain.PolicySettings;
import dev.lockstep.versionmanagement.domain.PreferredTime;
import dev.lockstep.versionmanagement.port.Alarms;
import dev.lockstep.versionmanagement.port.Journal;
import dev.lockstep.versionmanagement.port.ReleaseSource;
import dev.lockstep.versionmanagement.port.ScheduleAnswer;
import dev.lockstep.versionmanagement.port.ScheduleQuestion;
import dev.lockstep.versionmanagement.port.StateView;
import dev.lockstep.versionmanagement.service.ServiceSettings;
import dev.lockstep.versionmanagement.service.VersionService;
import java.time.Clock;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Version-management of the hub: inventory, checks, policy, schedule and offers, over the bus.
 *
 * <p>Thread-safe. All state is in {@code <state>/versions.db} and survives a crash at any instant;
 * after a start, what was under way goes on with the same job id. The bus stays the caller's.
 */
public final class VersionManagement implements AutoCloseable {
  private final Settings settings;
  private final Bus bus;
  private final Clock clock;
  private final ReleaseSource source;
  private final Alarms.Factory alarms;
  private VersionService service;
  private BusInbox inbox;
  private boolean closed;

  /** Over the repository that the settings name. */
  public VersionManagement(Settings settings, Bus bus, Clock clock) {
    this(settings, bus, clock, TufReleaseSource.of(settings, clock));
  }

  /** Over another source. */
  public VersionManagement(Settings settings, Bus bus, Clock clock, ReleaseSource source) {
    this(settings, bus, clock, source, ring -> new QuartzAlarms(clock, ring));
  }

  /** With alarms of the caller's, such as those of a clock that stands still. */
  public VersionManagement(
      Settings settings, Bus bus, Clock clock, ReleaseSource source, Alarms.Factory alarms) {
    this.settings = Objects.requireNonNull(settings);
    this.bus = Objects.requireNonNull(bus);
    this.clock = Objects.requireNonNull(clock);
    this.source = Objects.requireNonNull(source);
    this.alarms = Objects.requireNonNull(alarms);
  }

  /**
   * Opens the journal, takes up what was under way, listens, and checks. Twice is harmless.
   *
   * @throws VersionManagementException.State if the journal cannot be read
   * @throws IllegalStateException after {@link #close}
   */
  public synchronized void start() {
    if (closed) {
      throw new IllegalStateException("cannot start version-management: it was closed");
    }
    if (service != null) {
      return;
    }
    ServiceSettings serviceSettings = serviceSettings(settings);
    BusOutbox outbox =
        new BusOutbox(
            bus,
            settings.device().id(),
            version(),
            clock,
            settings.bus().notificationTopic().map(Topics::notification));
    Journal journal = new SqliteJournal(settings.device().state().resolve("versions.db"));
    try {
      service =
          new VersionService(
              serviceSettings,
              new VersionService.Surroundings(
                  clock, journal, source, new VersionFileReader(settings), outbox, alarms));
    } finally {
      if (service == null) {
        journal.close();
      }
    }
    inbox = new BusInbox(bus, service, outbox, settings.update().heartbeat().multipliedBy(3));
    service.start();
  }

  /** Checks now, like a request on the bus; completes with exactly one answer. */
  public CompletableFuture<CheckAnswer> check(CheckQuestion question) {
    CompletableFuture<CheckAnswer> answer = new CompletableFuture<>();
    running().checkRequested(question, answer::complete);
    return answer;
  }

  /** Schedules or reschedules an install, like a request on the bus. */
  public CompletableFuture<ScheduleAnswer> schedule(ScheduleQuestion question) {
    CompletableFuture<ScheduleAnswer> answer = new CompletableFuture<>();
    running().scheduleRequested(question, answer::complete);
    return answer;
  }

  /** How everything stands. */
  public CompletableFuture<StateView> status() {
    CompletableFuture<StateView> answer = new CompletableFuture<>();
    running().stateRequested(answer::complete);
    return answer;
  }

  /** Stops within seconds; a check that runs is given up. Twice is harmless. */
  @Override
  public synchronized void close() {
    closed = true;
    if (inbox != null) {
      inbox.close();
      inbox = null;
    }
    if (service != null) {
      service.close();
      service = null;
    }
  }

  private synchronized VersionService running() {
    if (service == null) {
      throw new IllegalStateException("cannot ask version-management: it does not run; start it");
    }
    return service;
  }

  private static ServiceSettings serviceSettings(Settings settings) {
    UpdateSettings update = settings.update();
    DeviceSettings device = settings.device();
    return new ServiceSettings(
        device.id(),
        DeviceFacts.of(device.platform(), device.model(), device.memoryMb(), device.labels()),
        update.channel().name().toLowerCase(Locale.ROOT),
        update.notifyAvailable(),
        new PolicySettings(update.autoDownload(), update.autoInstall(), update.criticalInstall()),
        new PreferredTime(update.preferredTime(), update.timeZone()),
        update.checkInterval(),
        update.heartbeat(),
        settings.deployment().forgetAfter(),
        settings.notice().maxPostpones(),
        settings.notice().maxPostponeTime(),
        new DeploymentLimits(
            update.stageDeadline(),
            // The coordinator may have to wait for staging once more before it installs.
            update.stageDeadline().plus(update.installDeadline()),
            update.restartNotice()));
  }

  private static String version() {
    String version = VersionManagement.class.getPackage().getImplementationVersion();
    return version == null ? "" : version;
  }
}
