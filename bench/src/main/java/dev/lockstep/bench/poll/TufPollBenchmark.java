package dev.lockstep.bench.poll;

import dev.lockstep.bench.Benchmark;
import dev.lockstep.bench.Peer;
import dev.lockstep.bench.Report;
import dev.lockstep.bench.Series;
import dev.lockstep.repository.Publisher;
import dev.lockstep.repository.ReleaseContent;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.repository.RepositorySettings;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.repository.key.Passphrases;
import dev.lockstep.repository.server.RepositoryServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tuf-poll}: the CPU of a poll with nothing new. */
@Command(
    name = "tuf-poll",
    mixinStandardHelpOptions = true,
    description = "CPU of a TUF poll with nothing new, beside python-tuf's.")
public final class TufPollBenchmark extends Benchmark {
  private static final double SMALL_RATIO = 0.5;
  private static final double FLAT_MILLIS = 20;
  private static final List<String> JVM = List.of("-Xmx512m");

  @Option(names = "--rounds", defaultValue = "15", description = "Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--sample",
      paramLabel = "MS",
      defaultValue = "400",
      description = "How long to poll for one sample at least (default: ${DEFAULT-VALUE}).")
  private int sampleMillis;

  @Option(
      names = "--warm-up",
      paramLabel = "MS",
      defaultValue = "5000",
      description = "How long to poll before measuring (default: ${DEFAULT-VALUE}).")
  private int warmUpMillis;

  @Option(
      names = "--processes",
      defaultValue = "5",
      description = "Whole processes to start, for each client (default: ${DEFAULT-VALUE}).")
  private int processes;

  @Option(
      names = "--targets",
      defaultValue = "100000",
      description = "Targets of the flat repository (default: ${DEFAULT-VALUE}).")
  private int targets;

  @Option(names = "--no-reference", description = "Measure ours alone, without python-tuf.")
  private boolean alone;

  @Option(
      names = "--environment",
      paramLabel = "DIR",
      defaultValue = "${sys:java.io.tmpdir}/lockstep-bench-python-tuf",
      description =
          "Virtual environment of python-tuf, made if missing (default: ${DEFAULT-VALUE}).")
  private Path environment;

  /** One kind of poll, and what one poll cost, in milliseconds. */
  private final class Contender {
    private final Peer peer;
    private final String prefix;
    private final List<Double> cpu = new ArrayList<>();
    private final List<Double> wall = new ArrayList<>();
    private final List<Double> requests = new ArrayList<>();
    private final RepositoryServer server;
    private int polls = 1;

    Contender(Peer peer, String prefix, RepositoryServer server) {
      this.peer = peer;
      this.prefix = prefix;
      this.server = server;
    }

    /** Finds out too how many polls make a sample: CPU is counted in steps of 10 ms. */
    void warmUp() throws IOException {
      long giveUp = System.nanoTime() + warmUpMillis * 1_000_000L;
      do {
        double millis = Long.parseLong(ask()[1]) / 1e6 / polls;
        polls = (int) Math.max(1, Math.ceil(sampleMillis / millis));
      } while (System.nanoTime() < giveUp);
    }

    void sample() throws IOException {
      long before = server.requests();
      String[] nanos = ask();
      requests.add((double) (server.requests() - before) / polls);
      cpu.add(Long.parseLong(nanos[0]) / 1e6 / polls);
      wall.add(Long.parseLong(nanos[1]) / 1e6 / polls);
    }

    private String[] ask() throws IOException {
      return peer.ask(prefix + polls).split(" ");
    }

    double reportTo(Report report, String name) {
      report.measure(name + ", CPU", "ms", Series.of(cpu));
      report.measure(name + ", time", "ms", Series.of(wall));
      report.measure(name + ", requests", "", Series.of(requests));
      return Series.of(cpu).median();
    }
  }

  @Override
  protected Report measure(Path work) throws IOException {
    Report report = new Report("tuf-poll");
    Optional<Reference> reference =
        alone ? Optional.empty() : Reference.prepare(environment, work, report::note);
    Path small = work.resolve("small");
    publishSmall(work, small);
    compare(report, "small", small, reference, SMALL_RATIO);
    Path flat = work.resolve("flat");
    FlatRepository.write(flat, targets);
    compare(report, targets + " targets", flat, reference, Double.NaN);
    return report;
  }

  private static void publishSmall(Path work, Path repository) throws IOException {
    Publisher publisher =
        Publisher.initialize(
            repository,
            new KeyFolder(work.resolve("keys"), Passphrases.NONE),
            RepositorySettings.defaults(),
            Clock.systemUTC());
    Path tree = Files.createDirectories(work.resolve("tree"));
    Files.writeString(tree.resolve("content.txt"), "the same in every version\n");
    for (String version : List.of("1.0.0", "1.1.0", "1.2.0")) {
      publisher.publish(ReleaseSpec.of("backend", version), ReleaseContent.tree(tree));
      publisher.publish(ReleaseSpec.of("kiosk-ui", version), ReleaseContent.tree(tree));
    }
  }

  /** Ours and the reference in turns, on one repository. */
  private void compare(
      Report report, String name, Path repository, Optional<Reference> reference, double goalRatio)
      throws IOException {
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (RepositoryServer server = RepositoryServer.start(repository, loopback);
        Peer ours = Peer.java(TufPollClient.class, JVM, arguments(server, repository, "ours"));
        Peer theirs =
            reference.isEmpty()
                ? null
                : Peer.start(
                    "python-tuf",
                    reference.get().command(List.of(arguments(server, repository, "reference"))))) {
      ours.read();
      Contender live = new Contender(ours, "live ", server);
      Contender fresh = new Contender(ours, "fresh ", server);
      Contender other = null;
      List<Contender> contenders = new ArrayList<>(List.of(live, fresh));
      if (theirs != null) {
        theirs.read();
        other = new Contender(theirs, "", server);
        contenders.add(other);
      }
      for (Contender one : contenders) {
        one.warmUp();
      }
      for (int round = 0; round < rounds; round++) {
        for (Contender one : contenders) {
          one.sample();
        }
      }
      double liveCpu = live.reportTo(report, name + ": ours, one object that lives long");
      double freshCpu = fresh.reportTo(report, name + ": ours, a new object on the stored files");
      boolean flat = Double.isNaN(goalRatio);
      if (other != null) {
        double otherCpu = other.reportTo(report, name + ": python-tuf");
        report.ratio(name + ": CPU, ours long-lived / python-tuf", liveCpu / otherCpu, goalRatio);
        report.ratio(name + ": CPU, ours new / python-tuf", freshCpu / otherCpu, goalRatio);
      }
      if (flat) {
        report.goal(name + ": CPU, ours long-lived", "ms", liveCpu, FLAT_MILLIS);
        report.goal(name + ": CPU, ours new", "ms", freshCpu, FLAT_MILLIS);
      }
    }
    if (processes > 0) {
      wholeProcesses(report, name, repository, reference);
    }
  }

  /** What a process costs that starts, polls once and ends. */
  private void wholeProcesses(
      Report report, String name, Path repository, Optional<Reference> reference)
      throws IOException {
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    try (RepositoryServer server = RepositoryServer.start(repository, loopback)) {
      for (int i = 0; i < processes; i++) {
        try (Peer one =
            Peer.java(TufPollClient.class, JVM, arguments(server, repository, "ours"))) {
          ours.add(Long.parseLong(one.read()) / 1e6);
        }
        if (reference.isPresent()) {
          List<String> command =
              reference.get().command(List.of(arguments(server, repository, "reference")));
          try (Peer one = Peer.start("python-tuf", command)) {
            theirs.add(Long.parseLong(one.read()) / 1e6);
          }
        }
      }
    }
    report.measure(name + ": ours, a whole process, CPU", "ms", Series.of(ours));
    if (!theirs.isEmpty()) {
      report.measure(name + ": python-tuf, a whole process, CPU", "ms", Series.of(theirs));
    }
  }

  private static String[] arguments(RepositoryServer server, Path repository, String client) {
    return new String[] {
      server.url().resolve("metadata/").toString(),
      server.url().resolve("targets/").toString(),
      repository.resolve("metadata/1.root.json").toString(),
      repository.resolveSibling(client + "-of-" + repository.getFileName()).toString()
    };
  }
}
