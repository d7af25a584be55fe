package dev.lockstep.bench.command;

import dev.lockstep.bench.Benchmark;
import dev.lockstep.bench.Cpu;
import dev.lockstep.bench.Hub;
import dev.lockstep.bench.Report;
import dev.lockstep.bench.Series;
import dev.lockstep.bench.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code command}: a short command, and a daemon that has nothing to do. */
@Command(
    name = "command",
    mixinStandardHelpOptions = true,
    description = "lockstep status beside java -version, and the idle cost of a hub.")
public final class CommandBenchmark extends Benchmark {
  private static final double IDLE_PERCENT = 0.3;
  private static final double RESIDENT_MEGABYTES = 85;
  private static final double MEGABYTE = 1_000_000;

  @Option(names = "--rounds", defaultValue = "15", description = "Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--settle",
      defaultValue = "15",
      description = "Seconds before the hub is taken for idle (default: ${DEFAULT-VALUE}).")
  private int settleSeconds;

  @Option(
      names = "--idle",
      defaultValue = "60",
      description = "Seconds over which the idle hub is watched (default: ${DEFAULT-VALUE}).")
  private int idleSeconds;

  @Override
  protected Report measure(Path work) throws IOException {
    Report report = new Report("command");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<Double> status = new ArrayList<>();
    List<Double> version = new ArrayList<>();
    try (Hub hub = Hub.start(work)) {
      Tool.millis(List.of(java, "-version"));
      for (int round = 0; round < rounds; round++) {
        status.add(hub.status());
        version.add(Tool.millis(List.of(java, "-version")));
      }
      watch(report, hub.pid());
    }
    report.measure("lockstep status, start to end", "ms", Series.of(status));
    report.measure("java -version, start to end", "ms", Series.of(version));
    report.ratio(
        "time, lockstep status / java -version",
        Series.of(status).median() / Series.of(version).median());
    return report;
  }

  private void watch(Report report, long pid) throws IOException {
    pause(settleSeconds);
    double before = Cpu.nanosOf(pid);
    long start = System.nanoTime();
    pause(idleSeconds);
    double share = (Cpu.nanosOf(pid) - before) / (System.nanoTime() - start);
    report.measure("idle hub, CPU", "% of a core", Series.of(share * 100));
    double resident = Cpu.residentBytes(pid) / MEGABYTE;
    report.measure("idle hub, resident", "MB", Series.of(resident));
    report.measure(
        "idle hub, resident without files", "MB", Series.of(Cpu.anonymousBytes(pid) / MEGABYTE));
    report.goal("idle hub, CPU", "% of a core", share * 100, IDLE_PERCENT);
    report.goal("idle hub, resident", "MB", resident, RESIDENT_MEGABYTES);
    report.note(
        "the hub ran with default settings, CURVE, one component; idle means %d s without a question"
            .formatted(idleSeconds));
  }

  private static void pause(int seconds) throws IOException {
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
