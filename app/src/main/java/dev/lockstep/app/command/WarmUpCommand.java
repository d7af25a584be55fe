package dev.lockstep.app.command;

import dev.lockstep.app.Connections;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.bus.zeromq.Broker;
import dev.lockstep.bus.zeromq.BrokerSettings;
import dev.lockstep.bus.zeromq.Certificate;
import dev.lockstep.config.SettingsLoader;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentState;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.StateRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * Does once what a short command does, so that the launcher can keep the classes it needs in a
 * class-data archive.
 */
@Command(
    name = "warm-up",
    hidden = true,
    description = "Exercises a short command; used by the launcher.")
final class WarmUpCommand implements Callable<Integer> {
  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("lockstep-warm-up");
    try {
      Certificate own = Certificate.generate("broker", Role.HUB);
      own.write(folder, "broker");
      Path authorized = Files.createDirectory(folder.resolve("authorized"));
      Certificate operator = Certificate.generate("operator", Role.HUB);
      operator.write(folder, "operator");
      operator.publicOnly().write(authorized, "operator");
      try (Broker broker =
          Broker.start(
              BrokerSettings.encrypted("tcp://127.0.0.1:0", "tcp://127.0.0.1:0", own, authorized),
              failure -> {
                throw new IllegalStateException(failure);
              })) {
        askAndAnswer(folder, broker);
      }
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    return 0;
  }

  private static void askAndAnswer(Path folder, Broker broker) throws IOException {
    Path settings = folder.resolve("lockstep.yaml");
    Files.writeString(
        settings,
        """
        bus:
          broker: external
          publish_address: %s
          subscribe_address: %s
          key_file: operator.key_secret
          broker_key_file: broker.key
        """
            .formatted(broker.publishAddress(), broker.subscribeAddress()));
    StateReport report =
        StateReport.newBuilder()
            .addComponents(ComponentState.newBuilder().setDevice("hub").setComponent("backend"))
            .build();
    try (Bus bus = Connections.open("warm-up", SettingsLoader.loadBus(settings))) {
      bus.subscribe(
          Topics.STATE_REQUEST, request -> bus.reply(request, Topics.STATE_REPORT, report));
      StateReport answer =
          Answers.await(
                  bus.request(
                      Topics.STATE_REQUEST,
                      StateRequest.getDefaultInstance(),
                      Topics.STATE_REPORT,
                      RequestOptions.within(Duration.ofSeconds(10))))
              .payload();
      System.out.println(StatusText.of(answer));
      System.out.println(OutputOptions.toJson(answer));
    }
  }
}
