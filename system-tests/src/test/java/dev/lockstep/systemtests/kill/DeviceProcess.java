package dev.lockstep.systemtests.kill;

import dev.lockstep.atomicupdates.DeviceUpdates.InstallOrder;
import dev.lockstep.atomicupdates.engine.InstallEngine;
import dev.lockstep.atomicupdates.journal.Database;
import dev.lockstep.atomicupdates.port.Launcher;
import dev.lockstep.atomicupdates.rehearsal.RehearsalReports;
import dev.lockstep.atomicupdates.staging.TufStager;
import dev.lockstep.config.Settings;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.testkit.disk.WatchedFileSystem;
import dev.lockstep.tuf.HttpFetcher;
import dev.lockstep.tuf.HttpSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process with one device: the real engine, journal, slots, stager and supervised child. It is
 * told on its input what to do, and says on its output when it stands at the point at which it is
 * to be killed, or how the job ended.
 *
 * <p>Lines in: {@code run FOLDER SCENARIO POINT REPOSITORY ROOT_FILE}, {@code install FOLDER
 * VERSION REPOSITORY ROOT_FILE}, {@code stage} likewise, {@code close}. Lines out: {@code at NUMBER
 * NAME}, {@code end STATE}, {@code closed}.
 */
final class DeviceProcess {
  private static final String COMPONENT = "backend";
  private static final int PATIENCE_SECONDS = 60;
  private static final String NOTHING = "NOTHING";
  private final PrintStream out;
  private Database database;
  private InstallEngine engine;
  private KillPoints points;

  private DeviceProcess(PrintStream out) {
    this.out = out;
  }

  /** Reads orders until its input ends; then the component goes on running, as after a kill. */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    DeviceProcess device = new DeviceProcess(out);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      device.follow(line.split(" "));
    }
  }

  private void follow(String[] order) {
    switch (order[0]) {
      case "run" ->
          run(
              Path.of(order[1]),
              KillScenario.valueOf(order[2]),
              Integer.parseInt(order[3]),
              URI.create(order[4]),
              Path.of(order[5]));
      case "install" ->
          prepare(Path.of(order[1]), order[2], true, URI.create(order[3]), Path.of(order[4]));
      case "stage" ->
          prepare(Path.of(order[1]), order[2], false, URI.create(order[3]), Path.of(order[4]));
      case "close" -> {
        engine.close(true);
        database.close();
        out.println("closed");
      }
      default -> throw new IllegalArgumentException(order[0]);
    }
  }

  /** Downloads a version, installs it where asked to, and says how it ended. */
  private void prepare(Path folder, String version, boolean install, URI repository, Path root) {
    RehearsalReports reports = new RehearsalReports();
    points = new KillPoints(0, at -> {});
    open(folder, folder, repository, root, reports);
    stage("before-" + version, version);
    String end = staged(reports);
    if (install && end.equals("STAGED")) {
      install("before-" + version, version);
      end = ended(reports);
    }
    out.println("end " + end);
  }

  private void run(Path folder, KillScenario scenario, int killAt, URI repository, Path root) {
    RehearsalReports reports = new RehearsalReports();
    points = new KillPoints(killAt, at -> out.println("at " + killAt + " " + at));
    boolean watched = scenario == KillScenario.DOWNLOAD || Boolean.getBoolean("kill.everyChange");
    Path paths = watched ? WatchedFileSystem.path(folder, points) : folder;
    open(folder, paths, repository, root, reports);
    switch (scenario) {
      case DOWNLOAD -> stage("job", scenario.asked);
      case REVERT_ASKED ->
          engine.revert("job", COMPONENT, ReleaseVersion.parse(scenario.asked), "tester");
      default -> install("job", scenario.asked);
    }
    String end = scenario == KillScenario.DOWNLOAD ? staged(reports) : ended(reports);
    if (killAt != 0) {
      // Tidying up comes after the end, and is to be killed as well.
      points.awaitCalm();
    }
    out.println("end " + end + " " + points.count() + " " + stateOf("job") + points.names(killAt));
  }

  private void open(Path folder, Path paths, URI repository, Path root, RehearsalReports reports) {
    Settings settings = DeviceConfig.of(paths, folder, repository, root);
    Clock clock = Clock.systemUTC();
    database = Database.open(paths.resolve("state/atomic.db"), points);
    HttpFetcher fetcher = new HttpFetcher(HttpSettings.defaults().withPlainHttp(true), clock);
    TufStager stager = TufStager.of(settings, fetcher, clock);
    stager.cleanUp();
    engine =
        InstallEngine.create(
            settings, database, stager, reports, reports, Launcher.NONE, points, clock);
    engine.start();
  }

  private static String staged(RehearsalReports reports) {
    return next(reports.staged())
        .map(end -> end.map(failed -> failed.code().name()).orElse("STAGED"))
        .orElse(NOTHING);
  }

  private static String ended(RehearsalReports reports) {
    return next(reports.results()).map(result -> result.outcome().name()).orElse(NOTHING);
  }

  private static <T> Optional<T> next(BlockingQueue<T> ends) {
    try {
      return Optional.ofNullable(ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  private void stage(String job, String version) {
    engine.stage(
        job,
        COMPONENT,
        ReleaseVersion.parse(version),
        "stable/backend/backend-" + version + ".manifest.json");
  }

  private void install(String job, String version) {
    engine.install(
        new InstallOrder(job, COMPONENT, ReleaseVersion.parse(version), false, "tester"));
  }

  private String stateOf(String job) {
    return engine.jobs().stream()
        .filter(found -> found.jobId().equals(job))
        .map(found -> found.state())
        .findFirst()
        .orElse("NONE");
  }
}
