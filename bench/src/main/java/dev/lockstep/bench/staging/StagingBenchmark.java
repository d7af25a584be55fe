package dev.lockstep.bench.staging;

import dev.lockstep.bench.Benchmark;
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
  private final List<Double> heap = new ArrayList<>();
  private final List<Double> hashing = new ArrayList<>();
  private final List<Double> unpacking = new ArrayList<>();
  private final List<Double> syncing = new ArrayList<>();

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
      device.read();
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
    if (Long.parseLong(answer[3]) != Files.size(archive)) {
      throw new IOException("staging did not fetch the whole archive");
    }
    remove(work.resolve("components"));
    hashing.add(
        Tool.millis(
            List.of(
                "sh",
                "-c",
                "sha256sum \"$1\" && find \"$2\" -type f -exec sha256sum {} +",
                "sh",
                archive.toString(),
                tree.toString())));
    Path unpacked = Files.createDirectory(work.resolve("unpacked"));
    unpacking.add(
        Tool.millis(List.of("tar", "-x", "-f", archive.toString(), "-C", unpacked.toString())));
    syncing.add(Tool.millis(List.of("sync", "-f", unpacked.toString())));
    remove(unpacked);
  }

  private Report report(Path archive) throws IOException {
    Report report = new Report("staging");
    report.measure("ours, first in its process", "ms", Series.of(staging.get(0)));
    if (rounds > 1) {
      report.measure("ours", "ms", Series.of(staging.subList(1, rounds)));
    }
    report.measure("ours, CPU", "ms", Series.of(stagingCpu));
    report.measure("ours, peak heap", "MB", Series.of(heap));
    report.measure("sha256sum of the archive and of each file", "ms", Series.of(hashing));
    report.measure("tar -x", "ms", Series.of(unpacking));
    report.measure("sync -f after it", "ms", Series.of(syncing));
    double slower = Math.max(Series.of(hashing).median(), Series.of(unpacking).median());
    double warm = Series.of(rounds > 1 ? staging.subList(1, rounds) : staging).median();
    report.ratio("ours / slower of sha256sum and tar -x", warm / slower, GOAL);
    report.ratio("ours, first in its process / the same", staging.get(0) / slower);
    report.ratio(
        "ours / sha256sum, then tar -x, then sync",
        warm
            / (Series.of(hashing).median()
                + Series.of(unpacking).median()
                + Series.of(syncing).median()));
    report.goal("peak heap", "MB", Series.of(heap).max(), HEAP_MEGABYTES);
    report.note(
        "%d MB in a %s of %.1f MB, from a server on this machine, JVM with -Xmx64m"
            .formatted(megabytes, format.extension(), Files.size(archive) / (double) MEGABYTE));
    return report;
  }
}
