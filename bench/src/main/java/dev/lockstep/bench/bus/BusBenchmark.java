package dev.lockstep.bench.bus;

import dev.lockstep.bench.Benchmark;
import dev.lockstep.bench.Peer;
import dev.lockstep.bench.Report;
import dev.lockstep.bench.Series;
import dev.lockstep.bench.Tool;
import dev.lockstep.bus.zeromq.Certificate;
import dev.lockstep.protocol.Role;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bus}: messages through the broker with CURVE and publish rights. */
@Command(
    name = "bus",
    mixinStandardHelpOptions = true,
    description = "Throughput, CPU and latency of the broker, beside plain ZMQ.proxy and libzmq's.")
public final class BusBenchmark extends Benchmark {
  private static final double GOAL = 1.25;
  private static final String TOPIC = Sample.TOPIC.name();

  @Option(names = "--rounds", defaultValue = "9", description = "Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--messages",
      defaultValue = "10000",
      description = "Messages per round (default: ${DEFAULT-VALUE}).")
  private int messages;

  @Option(
      names = "--warm-up",
      defaultValue = "30000",
      description = "Messages through each broker before measuring (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--window",
      defaultValue = "1000",
      description = "Messages under way at most (default: ${DEFAULT-VALUE}).")
  private int window;

  @Option(
      names = "--size",
      defaultValue = "200",
      description = "Bytes of a message (default: ${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--python",
      defaultValue = "/usr/bin/python3",
      description = "A Python with pyzmq (default: ${DEFAULT-VALUE}).")
  private String python;

  @Option(names = "--no-libzmq", description = "Leave libzmq out.")
  private boolean withoutLibzmq;

  /** One broker, its clients, and what was measured. */
  private final class Contender implements AutoCloseable {
    final String name;
    final Peer process;
    final String addresses;
    final Load load;
    final List<Double> rates = new ArrayList<>();
    final List<Double> cpu = new ArrayList<>();
    final List<Double> latency = new ArrayList<>();

    Contender(String name, Peer process, Certificate broker, Certificate client)
        throws IOException {
      this.name = name;
      this.process = process;
      this.addresses = process.read();
      this.load = new Load(addresses, broker, client, TOPIC, Sample.envelope(size));
    }

    void warmUp() throws IOException {
      load.run(warmUp, window);
    }

    void round() throws IOException {
      long before = Long.parseLong(process.ask(""));
      double nanos = load.run(messages, window);
      cpu.add((Long.parseLong(process.ask("")) - before) / 1e3 / messages);
      rates.add(messages / (nanos / 1e9));
      latency.addAll(load.latencies(Math.max(1, messages / 100)));
    }

    void reportTo(Report report) {
      report.measure(name + ": messages delivered", "1/s", Series.of(rates));
      report.measure(name + ": CPU of the broker per message", "us", Series.of(cpu));
      Series all = Series.of(latency);
      report.measure(name + ": latency, one at a time", "us", all);
      report.measure(name + ": latency, p99", "us", Series.of(all.percentile(99)));
    }

    @Override
    public void close() {
      load.close();
      process.close();
    }
  }

  @Override
  protected Report measure(Path work) throws IOException {
    Report report = new Report("bus");
    Path authorized = Files.createDirectories(work.resolve("authorized"));
    Certificate broker = Certificate.generate("broker", Role.HUB);
    Path secret = broker.write(work, "broker");
    Certificate client = Certificate.generate(Sample.DEVICE, Role.DEVICE);
    client.publicOnly().write(authorized, Sample.DEVICE);
    Certificate hub = Certificate.generate("hub", Role.HUB);
    hub.publicOnly().write(authorized, "hub");
    List<Contender> contenders = new ArrayList<>();
    try {
      contenders.add(new Contender("ours", process("ours", secret, authorized), broker, client));
      contenders.add(
          new Contender(
              "ZMQ.proxy of JeroMQ", process("proxy", secret, authorized), broker, client));
      contenders.add(
          new Contender("ours, key of the hub", process("ours", secret, authorized), broker, hub));
      boolean libzmq = hasLibzmq(report);
      if (libzmq) {
        contenders.add(
            new Contender("zmq.proxy of libzmq", libzmqProxy(work, broker), broker, client));
      }
      run(report, contenders);
      if (libzmq) {
        onlyLibzmq(report, work, contenders.get(3), broker, client);
      }
    } finally {
      contenders.forEach(Contender::close);
    }
    return report;
  }

  private static Peer process(String which, Path secret, Path authorized) throws IOException {
    return Peer.java(
        BrokerProcess.class, List.of("-Xmx256m"), which, secret.toString(), authorized.toString());
  }

  private void run(Report report, List<Contender> contenders) throws IOException {
    for (Contender one : contenders) {
      one.warmUp();
    }
    for (int round = 0; round < rounds; round++) {
      for (Contender one : contenders) {
        one.round();
      }
    }
    for (Contender one : contenders) {
      one.reportTo(report);
    }
    Contender ours = contenders.get(0);
    Contender plain = contenders.get(1);
    report.ratio(
        "time per message, ours / ZMQ.proxy",
        Series.of(plain.rates).median() / Series.of(ours.rates).median(),
        GOAL);
    report.ratio(
        "CPU per message, ours / ZMQ.proxy",
        Series.of(ours.cpu).median() / Series.of(plain.cpu).median(),
        GOAL);
    report.ratio(
        "latency p50, ours / ZMQ.proxy",
        Series.of(ours.latency).median() / Series.of(plain.latency).median(),
        GOAL);
    report.ratio(
        "latency p99, ours / ZMQ.proxy",
        Series.of(ours.latency).percentile(99) / Series.of(plain.latency).percentile(99));
    report.ratio(
        "CPU per message, a device's key / the hub's, which nobody looks into",
        Series.of(ours.cpu).median() / Series.of(contenders.get(2).cpu).median());
    report.measure(
        "finding out that a device may say it",
        "ns",
        Series.of(Sample.checkNanos(Sample.envelope(size), rounds)));
    report.note("ours: rights by role and device, a meter for the key, and its last value is kept");
    report.note(
        "the clients are the same plain JeroMQ sockets for all brokers, in a process of their own;"
            + " at most %d messages of %d bytes are under way".formatted(window, size));
  }

  private boolean hasLibzmq(Report report) {
    if (withoutLibzmq) {
      return false;
    }
    try {
      Tool.millis(List.of(python, "-c", "import zmq; assert zmq.has('curve')"));
      return true;
    } catch (IOException missing) {
      report.note("libzmq is left out: " + missing.getMessage().strip());
      return false;
    }
  }

  private Peer libzmqProxy(Path work, Certificate broker) throws IOException {
    return Peer.start(
        "libzmq's proxy",
        List.of(
            python,
            script(work, "zmq_proxy.py").toString(),
            broker.publicKey(),
            broker.secretKey().orElseThrow()));
  }

  /** Clients over libzmq too, to show what this machine can do. */
  private void onlyLibzmq(
      Report report, Path work, Contender libzmq, Certificate broker, Certificate client)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(python, script(work, "zmq_load.py").toString()));
    command.addAll(List.of(libzmq.addresses.split(" ")));
    command.addAll(
        List.of(
            broker.publicKey(),
            client.publicKey(),
            client.secretKey().orElseThrow(),
            TOPIC,
            Integer.toString(size)));
    List<Double> rates = new ArrayList<>();
    try (Peer load = Peer.start("libzmq's clients", command)) {
      load.await("ready");
      for (int round = 0; round < rounds; round++) {
        String[] answer = load.ask(messages + " " + window).split(" ");
        rates.add(messages / (Long.parseLong(answer[0]) / 1e9));
      }
    }
    report.measure("clients and proxy of libzmq: messages delivered", "1/s", Series.of(rates));
  }

  private static Path script(Path work, String name) throws IOException {
    Path script = work.resolve(name);
    try (InputStream source =
        BusBenchmark.class.getResourceAsStream("/dev/lockstep/bench/" + name)) {
      Files.copy(source, script);
    }
    return script;
  }
}
