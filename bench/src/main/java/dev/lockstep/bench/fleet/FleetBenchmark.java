package dev.lockstep.bench.fleet;

import dev.lockstep.bench.Benchmark;
import dev.lockstep.bench.Cpu;
import dev.lockstep.bench.Hub;
import dev.lockstep.bench.Peer;
import dev.lockstep.bench.Report;
import dev.lockstep.bench.Series;
import dev.lockstep.bench.fleet.FrontendsProcess.Standing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code fleet}: a hub with very many frontends. */
@Command(
    name = "fleet",
    mixinStandardHelpOptions = true,
    description = "Many connected frontends on one hub: offers, memory, idle cost, a killed hub.")
public final class FleetBenchmark extends Benchmark {
  private static final double OFFER_SECONDS = 1;
  private static final double MEGABYTES = 256;
  private static final double IDLE_PERCENT = 2;
  private static final double BACK_SECONDS = 60;
  private static final double MEGABYTE = 1_000_000;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);

  @Option(
      names = "--frontends",
      defaultValue = "1000",
      description = "Each with a key of its own (default: ${DEFAULT-VALUE}).")
  private int frontends;

  @Option(
      names = "--per-process",
      defaultValue = "250",
      description = "Frontends of one process (default: ${DEFAULT-VALUE}).")
  private int perProcess;

  @Option(names = "--offers", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}.")
  private int offers;

  @Option(
      names = "--settle",
      defaultValue = "30",
      description = "Seconds before the hub is taken for idle (default: ${DEFAULT-VALUE}).")
  private int settleSeconds;

  @Option(
      names = "--idle",
      defaultValue = "30",
      description = "Seconds over which the idle hub is watched (default: ${DEFAULT-VALUE}).")
  private int idleSeconds;

  private final List<Peer> processes = new ArrayList<>();
  private Report report;
  private Hub hub;
  private int releases;

  @Override
  protected Report measure(Path work) throws IOException {
    report = new Report("fleet");
    // Downloads would be asked for and never end: there is no atomic-updates behind them.
    hub = Hub.start(work, "  auto_download: false\n");
    try (FleetOperator operator = FleetOperator.connect(work)) {
      FleetKeys.make(work, frontends);
      connect(work);
      operator.awaitPresent(frontends, PATIENCE_NANOS);
      for (int offer = 0; offer < Math.max(1, offers); offer++) {
        offer(operator);
      }
      watch();
      restart(operator);
    } finally {
      processes.forEach(Peer::close);
      hub.close();
    }
    report.note(
        "the hub has default settings, CURVE, rights and -Xmx128m; each frontend has the real"
            + " connection and agent, and a key; they share the cores with the hub");
    return report;
  }

  private void connect(Path work) throws IOException {
    double before = Cpu.nanosOf(hub.pid());
    long start = System.nanoTime();
    for (int first = 0; first < frontends; first += perProcess) {
      processes.add(
          Peer.java(
              FrontendsProcess.class,
              List.of("-Xmx1g", "-Xss256k"),
              work.toString(),
              hub.addresses().publish(),
              hub.addresses().subscribe(),
              Integer.toString(first),
              Integer.toString(Math.min(perProcess, frontends - first))));
    }
    for (Peer process : processes) {
      process.await("open");
    }
    Standing all = await("-", 1, standing -> standing.connected() == frontends);
    report.measure("all connected, from the first on", "s", seconds(all.lastConnected() - start));
    report.measure("the same, CPU of the hub", "s", hubCpuSince(before));
  }

  private void offer(FleetOperator operator) throws IOException {
    String version = publish();
    double before = Cpu.nanosOf(hub.pid());
    operator.check();
    Standing all = await(version, 0, standing -> standing.informed() == frontends);
    double seconds = all.lastMicros() / 1e6;
    report.measure("an offer, until the last has it", "s", Series.of(seconds));
    report.measure("the same with the check, CPU of the hub", "s", hubCpuSince(before));
    report.goal("an offer, until the last has it", "s", seconds, OFFER_SECONDS);
  }

  private String publish() throws IOException {
    String version = "1.%d.0".formatted(++releases);
    hub.publish(SimulatedFrontend.COMPONENT, version);
    return version;
  }

  private void watch() throws IOException {
    pause(settleSeconds * 1_000L);
    double before = Cpu.nanosOf(hub.pid());
    long heardBefore = ask("-", 0).heard();
    long start = System.nanoTime();
    pause(idleSeconds * 1_000L);
    double nanos = System.nanoTime() - start;
    double percent = (Cpu.nanosOf(hub.pid()) - before) / nanos * 100;
    double heard = (ask("-", 0).heard() - heardBefore) / (nanos / 1e9) / frontends;
    report.measure("idle, CPU of the hub", "% of a core", Series.of(percent));
    report.measure("idle, what each device's services hear", "1/s", Series.of(heard));
    double resident = Cpu.residentBytes(hub.pid()) / MEGABYTE;
    report.measure("idle, hub resident", "MB", Series.of(resident));
    report.measure(
        "idle, hub resident without files",
        "MB",
        Series.of(Cpu.anonymousBytes(hub.pid()) / MEGABYTE));
    report.goal("idle, CPU of the hub", "% of a core", percent, IDLE_PERCENT);
    report.goal("idle, hub resident", "MB", resident, MEGABYTES);
  }

  private void restart(FleetOperator operator) throws IOException {
    hub.kill();
    String version = publish();
    long start = System.nanoTime();
    hub.startAgain();
    double before = 0;
    Standing back = await("-", 2, standing -> standing.connected() == frontends);
    double seconds = (back.lastConnected() - start) / 1e9;
    report.measure("all back after the hub was killed", "s", Series.of(seconds));
    report.measure("the same, CPU of the hub", "s", hubCpuSince(before));
    report.goal("all back after the hub was killed", "s", seconds, BACK_SECONDS);
    operator.check();
    await(version, 2, standing -> standing.informed() == frontends);
    operator.awaitPresent(frontends, PATIENCE_NANOS);
    report.measure(
        "all know the newest offer, and the hub all", "s", seconds(System.nanoTime() - start));
    report.measure(
        "the same, hub resident", "MB", Series.of(Cpu.residentBytes(hub.pid()) / MEGABYTE));
  }

  private Standing ask(String version, long connections) throws IOException {
    Standing all = Standing.NOBODY;
    for (Peer process : processes) {
      all = all.and(Standing.parse(process.ask(version + " " + connections)));
    }
    return all;
  }

  private Standing await(String version, long connections, Predicate<Standing> enough)
      throws IOException {
    long giveUp = System.nanoTime() + PATIENCE_NANOS;
    Standing standing = ask(version, connections);
    while (!enough.test(standing)) {
      if (System.nanoTime() > giveUp) {
        throw new IOException(
            "%d of %d frontends are connected, and %d know version %s; waited long enough"
                .formatted(standing.connected(), frontends, standing.informed(), version));
      }
      pause(100);
      standing = ask(version, connections);
    }
    return standing;
  }

  private Series hubCpuSince(double before) throws IOException {
    return seconds(Cpu.nanosOf(hub.pid()) - before);
  }

  private static Series seconds(double nanos) {
    return Series.of(nanos / 1e9);
  }

  static void pause(long millis) throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
