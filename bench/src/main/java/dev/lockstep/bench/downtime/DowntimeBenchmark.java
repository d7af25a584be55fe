package dev.lockstep.bench.downtime;

import dev.lockstep.atomicupdates.DeviceUpdates.InstallOrder;
import dev.lockstep.atomicupdates.engine.InstallEngine;
import dev.lockstep.atomicupdates.journal.Database;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.port.Launcher;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.bench.Benchmark;
import dev.lockstep.bench.Report;
import dev.lockstep.bench.Series;
import dev.lockstep.config.Settings;
import dev.lockstep.config.SettingsLoader;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code downtime}: from "stop" to healthy again, beyond the component's own stop and start. */
@Command(
    name = "downtime",
    mixinStandardHelpOptions = true,
    description = "How long an install keeps a component down, beyond its own stop and start.")
public final class DowntimeBenchmark extends Benchmark {
  private static final String COMPONENT = "backend";
  private static final double MOST_MILLIS = 100;
  private static final double MILLI = 1e6;
  private static final int TIMES = 4;
  private static final long PATIENCE_SECONDS = 120;

  @Option(names = "--rounds", defaultValue = "20", description = "Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--stop",
      defaultValue = "200",
      description = "Milliseconds that the component takes to stop (default: ${DEFAULT-VALUE}).")
  private int stopMillis;

  @Option(
      names = "--start",
      defaultValue = "700",
      description = "Milliseconds until it is up (default: ${DEFAULT-VALUE}).")
  private int startMillis;

  @Option(
      names = "--files",
      defaultValue = "1000",
      description = "Files of a release (default: ${DEFAULT-VALUE}).")
  private int files;

  @Override
  protected Report measure(Path work) throws IOException {
    Settings settings = settings(work);
    Path home = settings.device().root().resolve(COMPONENT);
    Ends ends = new Ends();
    List<Double> own = new ArrayList<>();
    List<Double> beyond = new ArrayList<>();
    try (Database database =
            Database.open(settings.device().state().resolve("atomic.db"), FaultPoints.NONE);
        InstallEngine engine = engine(settings, database, ends)) {
      engine.start();
      install(engine, ends, home, 0);
      for (int round = 1; round <= rounds; round++) {
        Files.delete(home.resolve("data/times"));
        InstallResult result = install(engine, ends, home, round);
        double ownMillis = ownMillis(home.resolve("data/times"));
        own.add(ownMillis);
        beyond.add(result.downtime().toNanos() / MILLI - ownMillis);
      }
    }
    Report report = new Report("downtime");
    report.measure("the component's own stop and start", "ms", Series.of(own));
    report.measure("downtime beyond that", "ms", Series.of(beyond));
    report.goal("downtime beyond that", "ms", Series.of(beyond).median(), MOST_MILLIS);
    report.ratio(
        "downtime / the component's own",
        (Series.of(own).median() + Series.of(beyond).median()) / Series.of(own).median());
    report.note(
        "%d files, a backup of its data, asked for its health by a command, default settings"
            .formatted(files));
    return report;
  }

  private InstallEngine engine(Settings settings, Database database, Ends ends) {
    return InstallEngine.create(
        settings,
        database,
        (request, listener) -> {
          throw new IllegalStateException("everything is staged");
        },
        ends,
        ends,
        Launcher.NONE,
        FaultPoints.NONE,
        Clock.systemUTC());
  }

  private InstallResult install(InstallEngine engine, Ends ends, Path home, int number)
      throws IOException {
    String version = "1." + number + ".0";
    Slot.write(home, COMPONENT, version, stopMillis, startMillis, files);
    engine.install(
        new InstallOrder(
            "job-" + number, COMPONENT, ReleaseVersion.parse(version), false, "bench"));
    try {
      InstallResult result = ends.results().poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (result == null || result.outcome() != Outcome.COMMITTED) {
        throw new IOException("the install of " + version + " ended as " + result);
      }
      return result;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
  }

  /** From told to stopped, and from started to up, as the component wrote it down. */
  private static double ownMillis(Path times) throws IOException {
    Map<String, Long> nanos = new HashMap<>();
    for (String line : Files.readAllLines(times)) {
      String[] words = line.split(" ");
      nanos.put(words[0], Long.parseLong(words[1]));
    }
    if (nanos.size() != TIMES) {
      throw new IOException("the component wrote down " + nanos.keySet());
    }
    return (nanos.get("stopped") - nanos.get("told") + nanos.get("up") - nanos.get("started"))
        / MILLI;
  }

  private static Settings settings(Path work) throws IOException {
    Path file = work.resolve("lockstep.yaml");
    Files.writeString(
        file,
        """
        device: {id: hub, root: root, state: state}
        bus: {security: plain}
        source: {metadata_url: "https://localhost/", root_file: root.json}
        components:
          backend:
            role: backend
            process:
              command: [./run.sh]
            health:
              probe: command
              command: [/usr/bin/test, -e, "${data}/up"]
              successes: 1
              window: 100ms
        """);
    return SettingsLoader.load(file);
  }
}
