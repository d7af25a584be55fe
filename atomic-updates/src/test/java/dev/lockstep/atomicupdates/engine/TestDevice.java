package dev.lockstep.atomicupdates.engine;

import static dev.lockstep.atomicupdates.engine.Releases.v;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.DeviceUpdates.InstallOrder;
import dev.lockstep.atomicupdates.health.ComponentHealth;
import dev.lockstep.atomicupdates.journal.Database;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.port.Forecast;
import dev.lockstep.atomicupdates.port.Launcher;
import dev.lockstep.atomicupdates.port.PackageUpgrades;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.atomicupdates.process.Supervisor;
import dev.lockstep.bus.memory.InMemoryBroker;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.DeploymentSettings;
import dev.lockstep.config.DeviceSettings;
import dev.lockstep.config.LanCacheSettings;
import dev.lockstep.config.NoticeSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UpdateSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A device with one component in a temporary folder, with real files and real processes. */
final class TestDevice implements AutoCloseable {
  static final String ID = "backend";
  static final Duration LONG = Duration.ofSeconds(20);

  final Path root;
  final Path state;
  final Path backups;
  final RecordingParticipants participants = new RecordingParticipants();
  volatile Stager stager =
      (request, listener) -> {
        throw new IllegalStateException("nothing to stage here");
      };
  RecordingReports reports = new RecordingReports();
  FaultPoints faults = FaultPoints.NONE;
  boolean backupEnabled = true;
  int maxBackups = 3;
  Instant now;
  List<String> migrate = List.of();
  Duration migrateDeadline = Duration.ofSeconds(5);
  ComponentSettings.BackupHooks hooks = ComponentSettings.BackupHooks.NONE;
  List<String> packages = List.of();
  PackageUpgrades upgrades = PackageUpgrades.NONE;
  ComponentSettings.Control control = ComponentSettings.Control.SUPERVISED;

  /** The component that is Lockstep itself; none by default. */
  String own;

  Launcher launcher = Launcher.NONE;
  Duration healthDeadline = Duration.ofSeconds(5);
  Duration healthInterval = Duration.ofMillis(20);
  Duration healthWindow = Duration.ofMillis(60);
  List<String> healthCommand =
      List.of("/bin/sh", "-c", "test \"$(cat ${data}/owner)\" = \"$(cat ${release}/VERSION)\"");

  /** Outlives the device's processes; none by default. */
  InMemoryBroker broker;

  InstallEngine engine;
  private DeviceOnBus onBus;
  private Database database;

  TestDevice(Path folder) {
    root = folder.resolve("root");
    state = folder.resolve("state");
    backups = folder.resolve("backups");
  }

  Path home() {
    return root.resolve(ID);
  }

  Path data(String file) {
    return home().resolve("data").resolve(file);
  }

  ComponentSettings component(String id) {
    return new ComponentSettings(
        id,
        ComponentSettings.Role.BACKEND,
        ComponentSettings.Announce.UPDATER,
        new ComponentSettings.ProcessSettings(
            control, List.of("./run.sh"), Map.of(), Duration.ofSeconds(2)),
        new ComponentSettings.HealthSettings(
            ComponentSettings.Probe.COMMAND,
            Optional.empty(),
            "",
            0,
            healthCommand,
            healthInterval,
            Duration.ofSeconds(5),
            2,
            healthDeadline,
            healthWindow),
        List.of("data"),
        migrate,
        migrateDeadline,
        Optional.empty(),
        hooks,
        packages.isEmpty() ? ComponentSettings.Kind.TREE : ComponentSettings.Kind.PACKAGES,
        packages);
  }

  private ComponentSettings ownComponent() {
    return new ComponentSettings(
        own,
        ComponentSettings.Role.MODULE,
        ComponentSettings.Announce.UPDATER,
        new ComponentSettings.ProcessSettings(
            ComponentSettings.Control.LAUNCHER, List.of(), Map.of(), Duration.ofSeconds(2)),
        new ComponentSettings.HealthSettings(
            ComponentSettings.Probe.COMMAND,
            Optional.empty(),
            "",
            0,
            List.of("/bin/sh", "-c", "test ! -e ${release}/sick"),
            healthInterval,
            Duration.ofSeconds(5),
            2,
            healthDeadline,
            healthWindow),
        List.of(),
        List.of(),
        Duration.ofSeconds(5),
        Optional.empty());
  }

  Settings settings() {
    return new Settings(
        new DeviceSettings("hub", root, state, "linux/amd64"),
        null,
        null,
        new UpdateSettings(
            Duration.ofHours(24),
            true,
            false,
            true,
            true,
            LocalTime.of(3, 0),
            ZoneId.of("UTC"),
            UpdateSettings.Channel.STABLE,
            Duration.ofSeconds(30),
            3,
            Duration.ofSeconds(5),
            backupEnabled,
            backups,
            maxBackups,
            Duration.ofSeconds(5),
            UpdateSettings.NoAnswer.PROCEED,
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofHours(1),
            Duration.ofMinutes(15)),
        new DeploymentSettings(
            10,
            1,
            DeploymentSettings.FrontendFailure.KEEP,
            Duration.ofMinutes(15),
            Duration.ofHours(24),
            Duration.ofDays(30),
            5,
            Duration.ofHours(24),
            1,
            Duration.ofHours(1)),
        new NoticeSettings(List.of(), Duration.ofSeconds(1), 3, Duration.ofHours(24)),
        new LanCacheSettings(Optional.empty(), 100),
        components());
  }

  private Map<String, ComponentSettings> components() {
    Map<String, ComponentSettings> components = new LinkedHashMap<>();
    components.put(ID, component(ID));
    components.put("module", component("module"));
    if (own != null) {
      components.put(own, ownComponent());
    }
    return components;
  }

  /** Starts a new engine on the same folders, as a new process would. */
  TestDevice start() {
    Settings settings = settings();
    Clock clock = now == null ? Clock.systemUTC() : Clock.fixed(now, ZoneId.of("UTC"));
    database = Database.open(state.resolve("atomic.db"), faults);
    onBus = broker == null ? null : new DeviceOnBus(broker, settings);
    Supervisor supervisor = new Supervisor(root, state, settings.components(), clock);
    engine =
        new InstallEngine(
            settings,
            database,
            new EnginePorts(
                present(),
                onBus == null ? participants : onBus.participants(),
                onBus == null ? reports : onBus.and(reports),
                supervisor,
                new ComponentHealth(root, settings.components(), supervisor, clock),
                upgrades,
                launcher,
                faults,
                clock));
    engine.start();
    if (onBus != null) {
      onBus.attach(engine);
    }
    return this;
  }

  /** The stager that is set at that time. */
  private Stager present() {
    return new Stager() {
      @Override
      public Staged stage(Request request, Listener listener) {
        return stager.stage(request, listener);
      }

      @Override
      public Forecast.Download preview(Request request) {
        return stager.preview(request);
      }
    };
  }

  void stop(boolean stopComponents) {
    if (engine != null) {
      engine.close(stopComponents);
      leaveBus();
      database.close();
      engine = null;
    }
  }

  private void leaveBus() {
    if (onBus != null) {
      onBus.gone();
      onBus = null;
    }
  }

  /** Ends everything of this process at once; children live on. */
  void die() throws InterruptedException {
    leaveBus();
    if (engine != null) {
      engine.abandon();
      engine = null;
    }
    if (database != null) {
      database.close();
    }
  }

  void install(String job, String version) {
    engine.install(new InstallOrder(job, ID, v(version), false, "tester"));
  }

  /** Stages a good release, installs it, and waits for its end. */
  InstallResult installed(String version) throws IOException {
    stageGood(version);
    return installAndWait("job-" + version, version);
  }

  InstallResult installAndWait(String job, String version) {
    install(job, version);
    return result(job);
  }

  void stageGood(String version) throws IOException {
    Releases.stage(home(), ID, version, Releases.GOOD, null);
  }

  /**
   * Waits for the end of a job; after a commit also until it is tidied up, as that removes slots.
   */
  InstallResult result(String job) {
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> reports.results.stream().anyMatch(found -> found.jobId().equals(job)));
    InstallResult result =
        reports.results.stream().filter(found -> found.jobId().equals(job)).findFirst().get();
    if (result.outcome() == Outcome.COMMITTED) {
      await().atMost(LONG).until(() -> engine.awaitDone(LONG));
    }
    return result;
  }

  String active() throws IOException {
    return Files.readString(home().resolve("current/VERSION")).strip();
  }

  String owner() throws IOException {
    return Files.readString(data("owner")).strip();
  }

  /** The version runs: its process lives, once, and the data are its own. */
  void assertRuns(String version) throws IOException {
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(20))
        // While data are put back, their files are away for a moment.
        .ignoreException(NoSuchFileException.class)
        .untilAsserted(
            () -> {
              assertThat(active()).isEqualTo(version);
              assertThat(owner()).isEqualTo(version);
              assertThat(runners()).hasSize(1);
            });
    assertThat(ProcessHandle.of(runners().get(0)).flatMap(process -> process.info().startInstant()))
        .isPresent();
  }

  /** The numbers of living processes of the component's program. */
  List<Long> runners() {
    return dev.lockstep.atomicupdates.process.LivingProcesses.leaders(home());
  }

  @Override
  public void close() {
    if (engine == null) {
      // What a crashed engine left running is taken over, to be stopped.
      Supervisor last = new Supervisor(root, state, Map.of(ID, component(ID)), Clock.systemUTC());
      last.adopt();
      last.close(true);
    } else {
      stop(true);
    }
  }
}
