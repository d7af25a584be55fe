package dev.lockstep.app.doctor;

import dev.lockstep.app.Connections;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.BusException;
import dev.lockstep.bus.Received;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.config.BusSettings;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.StateRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Whether the bus can be reached, lets this device's key in, and has a hub that answers. */
final class BusCheck {
  private static final String CHECK = "bus";
  private static final String START = "start it: %s (systemctl start %s)";

  private final Subject subject;
  private final Clocks clocks;

  BusCheck(Subject subject, Clocks clocks) {
    this.subject = subject;
    this.clocks = clocks;
  }

  List<Finding> look() throws IOException, InterruptedException {
    BusSettings settings = subject.settings().bus();
    boolean running = DeviceProcess.runs(subject.state());
    Optional<String> silent =
        silent(settings.publishAddress()).or(() -> silent(settings.subscribeAddress()));
    if (subject.hasBroker() && !running) {
      return List.of(
          silent.isPresent()
              ? Finding.warning(CHECK, "the hub's process does not run", start())
              : Finding.failed(
                  CHECK,
                  "cannot start the broker: another process listens at "
                      + settings.publishAddress(),
                  "stop that one, or change bus.publish_address and bus.subscribe_address"));
    }
    if (silent.isPresent()) {
      return List.of(
          Finding.failed(
              CHECK,
              "cannot reach the bus: " + silent.get(),
              "check that the hub runs, its address in the settings, and the network"));
    }
    try (Bus bus = Connections.open("doctor", settings)) {
      return List.of(ask(bus, running));
    } catch (BusException unusable) {
      return List.of(Finding.failed(CHECK, unusable.getMessage()));
    }
  }

  private String start() {
    String unit = subject.hasBroker() ? "lockstep.service" : "lockstep-agent.service";
    return START.formatted(subject.verb(), unit);
  }

  private Finding ask(Bus bus, boolean running) throws InterruptedException {
    CountDownLatch connected = new CountDownLatch(1);
    bus.onConnected(connected::countDown);
    Instant asked = subject.clock().instant();
    var answer =
        bus.request(
            Topics.STATE_REQUEST,
            StateRequest.newBuilder().addServices("version-management").build(),
            Topics.STATE_REPORT,
            RequestOptions.within(subject.timeout()));
    try {
      Received<StateReport> report = answer.join();
      clocks.heard("the hub", report.sentAt(), asked, subject.clock().instant());
      return known(report.payload(), running);
    } catch (CompletionException silence) {
      return connected.await(0, TimeUnit.SECONDS)
          ? Finding.failed(
              CHECK,
              "cannot ask the hub: the broker lets this key in, but no hub answered in "
                  + seconds(),
              "look at the hub: journalctl -u lockstep.service")
          : Finding.failed(
              CHECK,
              "cannot use the bus: it listens, but did not let this key in within " + seconds(),
              "check bus.broker_key_file, and that the hub's bus.authorized_keys has this key's"
                  + " public half");
    }
  }

  /** A device that runs has announced its components; the hub's list says so. */
  private Finding known(StateReport report, boolean running) {
    String device = subject.settings().device().id();
    boolean listed =
        report.getComponentsList().stream().anyMatch(one -> one.getDevice().equals(device));
    if (!running) {
      return Finding.warning(
          CHECK, "the hub answers, but this device's own process does not run", start());
    }
    return listed || subject.settings().components().isEmpty()
        ? Finding.ok(
            CHECK, "the hub (%s) answers and knows this device".formatted(report.getDevice()))
        : Finding.warning(
            CHECK,
            "the hub answers, but does not know " + device + " yet",
            "ask again in a minute, then look at this device's log");
  }

  private String seconds() {
    return subject.timeout().toSeconds() + " s";
  }

  /** That nobody listens there; empty where somebody does, or where only ZeroMQ can tell. */
  private Optional<String> silent(String address) {
    if (!address.startsWith("tcp://")) {
      return Optional.empty();
    }
    int colon = address.lastIndexOf(':');
    String host = address.substring("tcp://".length(), colon).replaceAll("[\\[\\]]", "");
    String reached = host.equals("0.0.0.0") || host.equals("*") ? "127.0.0.1" : host;
    try (Socket socket = new Socket()) {
      int port = Integer.parseInt(address.substring(colon + 1));
      Duration wait = subject.timeout();
      socket.connect(new InetSocketAddress(reached, port), (int) wait.toMillis());
      return Optional.empty();
    } catch (IOException refused) {
      return Optional.of("nobody listens at %s (%s)".formatted(address, refused.getMessage()));
    }
  }
}
