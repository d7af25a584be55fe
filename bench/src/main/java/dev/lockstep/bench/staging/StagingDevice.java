package dev.lockstep.bench.staging;

import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.atomicupdates.staging.TufStager;
import dev.lockstep.bench.Cpu;
import dev.lockstep.config.SettingsLoader;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.tuf.HttpFetcher;
import dev.lockstep.tuf.HttpSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;

/**
 * Stages releases in a process of its own, as a device does.
 *
 * <p>Each line on standard input is a version; the answer is nanoseconds of time, nanoseconds of
 * CPU, bytes of heap at the highest, bytes that came over the network, nanoseconds until those were
 * all here.
 */
public final class StagingDevice {
  /** Notes when the download was complete. */
  private static final class Watch implements Stager.Listener {
    private long downloadedAt;

    @Override
    public void progress(long bytesDone, long bytesTotal) {
      if (bytesDone == bytesTotal) {
        downloadedAt = System.nanoTime();
      }
    }

    @Override
    public void log(String line) {}

    @Override
    public boolean cancelled() {
      return false;
    }
  }

  private StagingDevice() {}

  /** Argument: the settings file. */
  public static void main(String[] arguments) throws IOException {
    TufStager stager =
        TufStager.of(
            SettingsLoader.load(Path.of(arguments[0])),
            new HttpFetcher(HttpSettings.defaults().withPlainHttp(true), Clock.systemUTC()),
            Clock.systemUTC());
    System.out.println("ready");
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String version = questions.readLine(); version != null; version = questions.readLine()) {
      System.out.println(stage(stager, version));
    }
  }

  private static String stage(TufStager stager, String version) {
    ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
    long cpu = Cpu.ownNanos();
    Watch watch = new Watch();
    long start = System.nanoTime();
    Stager.Staged staged =
        stager.stage(
            new Stager.Request(
                "bench",
                "backend",
                ReleaseVersion.parse(version),
                ReleaseDescription.manifestTarget(
                    "stable", "backend", version, ReleaseDescription.ANY_PLATFORM)),
            watch);
    long wall = System.nanoTime() - start;
    long heap =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .mapToLong(pool -> pool.getPeakUsage().getUsed())
            .sum();
    return "%d %d %d %d %d"
        .formatted(
            wall, Cpu.ownNanos() - cpu, heap, staged.bytesFetched(), watch.downloadedAt - start);
  }
}
