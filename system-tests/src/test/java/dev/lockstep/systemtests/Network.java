package dev.lockstep.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Hosts of their own on one machine: a network namespace each, with a cable to a switch in a
 * namespace of its own. Nothing of the machine's own network is touched.
 */
final class Network implements AutoCloseable {
  private static final String CABLE = "eth0";
  private static final String PREFIX = "ls" + ProcessHandle.current().pid() % 10_000;
  private final List<String> hosts;

  private Network(List<String> hosts) {
    this.hosts = hosts;
  }

  /** Why there can be no hosts of their own here; empty where there can. */
  static String missing() {
    try {
      String refusal = attempt(List.of("ip", "netns", "add", PREFIX + "probe"));
      if (!refusal.isEmpty()) {
        return "network namespaces are not permitted here: " + refusal;
      }
      run("ip", "netns", "del", PREFIX + "probe");
      return "";
    } catch (IOException absent) {
      return "needs iproute2: " + absent.getMessage();
    }
  }

  /** Builds the network; the host at index i has the address 10.77.0.(i + 1). */
  static Network of(List<String> hosts) throws IOException {
    Network network = new Network(hosts);
    try {
      network.build();
    } catch (IOException | RuntimeException broken) {
      network.close();
      throw broken;
    }
    return network;
  }

  private void build() throws IOException {
    run("ip", "netns", "add", space("switch"));
    run("ip", "-n", space("switch"), "link", "add", "name", "bridge0", "type", "bridge");
    run("ip", "-n", space("switch"), "link", "set", "bridge0", "up");
    for (String host : hosts) {
      String space = space(host);
      run("ip", "netns", "add", space);
      run(
          "ip",
          "-n",
          space("switch"),
          "link",
          "add",
          port(host),
          "type",
          "veth",
          "peer",
          "name",
          CABLE,
          "netns",
          space);
      run("ip", "-n", space("switch"), "link", "set", port(host), "master", "bridge0", "up");
      run("ip", "-n", space, "addr", "add", address(host) + "/24", "dev", CABLE);
      run("ip", "-n", space, "link", "set", CABLE, "up");
      run("ip", "-n", space, "link", "set", "lo", "up");
    }
  }

  String address(String host) {
    return "10.77.0." + (hosts.indexOf(host) + 1);
  }

  /** A command as it is run on that host. */
  List<String> on(String host, List<String> command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", space(host)));
    all.addAll(command);
    return all;
  }

  /** Pulls the cable out of the switch. */
  void unplug(String host) {
    runQuietly("ip", "-n", space("switch"), "link", "set", port(host), "down");
  }

  /** Puts it in again. */
  void plug(String host) {
    runQuietly("ip", "-n", space("switch"), "link", "set", port(host), "up");
  }

  /**
   * Makes a host's cable a bad one: delay and loss by the kernel's emulator, or where the kernel
   * has none, a slow line whose queue delays and a filter that loses.
   *
   * @return what was done, for people
   */
  String spoil(String host, int lossPercent) throws IOException {
    String emulated =
        attempt(
            on(
                host,
                List.of(
                    "tc",
                    "qdisc",
                    "add",
                    "dev",
                    CABLE,
                    "root",
                    "netem",
                    "delay",
                    "40ms",
                    "20ms",
                    "loss",
                    lossPercent + "%")));
    if (emulated.isEmpty()) {
      return host + ": 40 ms delay, " + lossPercent + " % loss";
    }
    run(
        on(
                host,
                List.of(
                    "tc", "qdisc", "add", "dev", CABLE, "root", "tbf", "rate", "8mbit", "burst",
                    "16kb", "latency", "200ms"))
            .toArray(String[]::new));
    for (String rule :
        List.of(
            "add table inet bad",
            "add chain inet bad in { type filter hook input priority 0 ; }",
            "add rule inet bad in iifname "
                + CABLE
                + " numgen random mod 100 < "
                + lossPercent
                + " drop")) {
      run(on(host, List.of("nft", rule)).toArray(String[]::new));
    }
    return host + ": 8 Mbit/s with a queue of 200 ms, " + lossPercent + " % loss (no netem here)";
  }

  /** Removes the hosts with all that runs on them. */
  @Override
  public void close() {
    List<String> all = new ArrayList<>(hosts);
    all.add("switch");
    for (String host : all) {
      try {
        attempt(List.of("sh", "-c", "ip netns pids " + space(host) + " | xargs -r kill -9"));
        attempt(List.of("ip", "netns", "del", space(host)));
      } catch (IOException unusable) {
        throw new UncheckedIOException(unusable);
      }
    }
  }

  private static String space(String host) {
    return PREFIX + host;
  }

  private static String port(String host) {
    return "p-" + host;
  }

  private static void runQuietly(String... command) {
    try {
      run(command);
    } catch (IOException unusable) {
      throw new UncheckedIOException(unusable);
    }
  }

  private static void run(String... command) throws IOException {
    String refusal = attempt(List.of(command));
    if (!refusal.isEmpty()) {
      throw new IOException("cannot run " + String.join(" ", command) + ": " + refusal);
    }
  }

  /** What it said where it failed; empty where it did not. */
  private static String attempt(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    try {
      String said = new String(process.getInputStream().readAllBytes()).strip();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return "it took too long";
      }
      return process.exitValue() == 0 ? "" : "exit " + process.exitValue() + ", " + said;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped", stopped);
    }
  }
}
