package dev.lockstep.bench.staging;

import dev.lockstep.bench.Benchmark;
import dev.lockstep.bench.Cpu;
import dev.lockstep.bench.Peer;
import dev.lockstep.bench.Report;
import dev.lockstep.bench.Series;
import dev.lockstep.bench.Tool;
import dev.lockstep.repository.Publisher;
import dev.lockstep.repository.ReleaseContent;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.repository.RepositorySettings;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.repository.key.Passphrases;
import dev.lockstep.repository.server.RepositoryServer;
import dev.lockstep.repository.tree.ArchiveFormat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code staging}: from a server to a checked slot. */
@Command(
    name = "staging",
    mixinStandardHelpOptions = true,
    description = "Staging a large release, beside sha256sum and tar -x on the same data.")
public final class StagingBenchmark extends Benchmark {
  private static final double GOAL = 1.3;
  private static final double HEAP_MEGABYTES = 64;
  private static final long MEGABYTE = 1_000_000;
  private static final String VERSION = "1.0.0";

  @Option(
      names = "--megabytes",
      defaultValue = "100",
      description = "Size of the unpacked tree, up to 500 (default: ${DEFAULT-VALUE}).")
  private int megabytes;

  @Option(names = "--rounds", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--format",
      defaultValue = "TAR_ZST",
      description = "TAR_ZST or TAR_GZ (default: ${DEFAULT-VALUE}).")
  private ArchiveFormat format;

  private final List<Double> staging = new ArrayList<>();
  private final List<Double> stagingCpu = new ArrayList<>();
  private final List<Double> downloading = new ArrayList<>();
  private final List<Double> heap = new ArrayList<>();
  private final Timed hashing = new Timed();
  private final Timed unpacking = new Timed();
  private final Timed syncing = new Timed();

  /** Time and CPU of a program that was run again and again, in milliseconds. */
  private static final class Timed {
    final List<Double> wall = new ArrayList<>();
    final List<Double> cpu = new ArrayList<>();

    void run(String... command) throws IOException {
      double before = Cpu.nanosOfEnded();
      wall.add(Tool.millis(List.of(command)));
      cpu.add((Cpu.nanosOfEnded() - before) / 1e6);
    }

    double median() {
      return Series.of(wall).median();
    }

    double medianCpu() {
      return Series.of(cpu).median();
    }

    void reportTo(Report report, String name) {
      report.measure(name, "ms", Series.of(wall));
      report.measure(name + ", CPU", "ms", Series.of(cpu));
    }
  }

  @Override
  protected Report measure(Path work) throws IOException {
    Path tree = work.resolve("tree");
    LargeTree.write(tree, megabytes * MEGABYTE);
    Publisher publisher =
        Publisher.initialize(
            work.resolve("repository"),
            new KeyFolder(work.resolve("keys"), Passphrases.NONE),
            RepositorySettings.defaults(),
            Clock.systemUTC());
    publisher.publish(ReleaseSpec.of("backend", VERSION), new ReleaseContent.Tree(tree, format));
    Path archive = archive(publisher);
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (RepositoryServer server =
            RepositoryServer.start(publisher.directory().folder(), loopback);
        Peer device =
            Peer.java(
                StagingDevice.class,
                List.of("-Xmx64m"),
                settings(work, server, publisher.directory().rootFile()).toString())) {
      device.await("ready");
      for (int round = 0; round < rounds; round++) {
        round(work, device, archive, tree);
      }
    }
    return report(archive);
  }

  private Path archive(Publisher publisher) throws IOException {
    try (Stream<Path> files = Files.walk(publisher.directory().targets())) {
      return files
          .filter(file -> file.toString().endsWith("." + format.extension()))
          .findFirst()
          .orElseThrow();
    }
  }

  private static Path settings(Path work, RepositoryServer server, Path root) throws IOException {
    return Files.writeString(
        work.resolve("lockstep.yaml"),
        """
        device:
          id: device
          root: components
          state: state
        bus:
          security: plain
        source:
          metadata_url: %s
          root_file: "%s"
          allow_plain_http: true
        components:
          backend:
            role: backend
            process:
              control: external
        """
            .formatted(server.url().resolve("metadata/"), root));
  }

  /** Ours and the tools in turns. */
  private void round(Path work, Peer device, Path archive, Path tree) throws IOException {
    String[] answer = device.ask(VERSION).split(" ");
    staging.add(Long.parseLong(answer[0]) / 1e6);
    stagingCpu.add(Long.parseLong(answer[1]) / 1e6);
    heap.add(Long.parseLong(answer[2]) / (double) MEGABYTE);
    downloading.add(Long.parseLong(answer[4]) / 1e6);
    if (Long.parseLong(answer[3]) != Files.size(archive)) {
      throw new IOException("staging did not fetch the whole archive");
    }
    remove(work.resolve("components"));
    hashing.run("find", tree.toString(), "-type", "f", "-exec", "sha256sum", "{}", "+");
    Path unpacked = Files.createDirectory(work.resolve("unpacked"));
    unpacking.run("tar", "-x", "-f", archive.toString(), "-C", unpacked.toString());
    syncing.run("sync", "-f", unpacked.toString());
    remove(unpacked);
  }

  /** Without the first, for which the compiler had nothing ready yet; if there are others. */
  private static List<Double> warm(List<Double> values) {
    return values.size() > 1 ? values.subList(1, values.size()) : values;
  }

  private Report report(Path archive) throws IOException {
    Report report = new Report("staging");
    report.measure("ours, first in its process", "ms", Series.of(staging.get(0)));
    report.measure("ours", "ms", Series.of(warm(staging)));
    report.measure("ours, until downloaded", "ms", Series.of(warm(downloading)));
    report.measure("ours, CPU", "ms", Series.of(warm(stagingCpu)));
    report.measure("ours, peak heap", "MB", Series.of(heap));
    hashing.reportTo(report, "sha256sum of each file");
    unpacking.reportTo(report, "tar -x");
    syncing.reportTo(report, "sync -f after it");
    double ours = Series.of(warm(staging)).median();
    double slower = Math.max(hashing.median(), unpacking.median());
    report.ratio("ours / slower of sha256sum and tar -x", ours / slower, GOAL);
    report.ratio(
        "CPU, ours / slower of sha256sum and tar -x",
        Series.of(warm(stagingCpu)).median()
            / Math.max(hashing.medianCpu(), unpacking.medianCpu()));
    report.ratio("ours, first in its process / slower of the two", staging.get(0) / slower);
    report.ratio("ours / tar -x alone", ours / unpacking.median());
    report.ratio(
        "ours / sha256sum, then tar -x, then sync",
        ours / (hashing.median() + unpacking.median() + syncing.median()));
    report.goal("peak heap", "MB", Series.of(heap).max(), HEAP_MEGABYTES);
    report.note(
        "%d MB in a %s of %.1f MB, from a server on this machine, JVM with -Xmx64m"
            .formatted(megabytes, format.extension(), Files.size(archive) / (double) MEGABYTE));
    return report;
  }
}
