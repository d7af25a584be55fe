package dev.lockstep.app.command;

import dev.lockstep.app.Connections;
import dev.lockstep.app.ExitCode;
import dev.lockstep.bus.Bus;
import dev.lockstep.config.SettingsLoader;
import dev.lockstep.protocol.v1.ScheduleRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** Where the bus is, and how long to wait for answers. */
final class BusOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "${env:LOCKSTEP_CONFIG:-/etc/lockstep/lockstep.yaml}",
      description = "Settings with a section bus (default: ${DEFAULT-VALUE}).")
  private Path config;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "How long to wait for an answer (default: 10; of a check: 120).")
  private Long timeoutSeconds;

  Duration deadline() {
    return deadline(Duration.ofSeconds(10));
  }

  /** What was asked for, or what suits the verb. */
  Duration deadline(Duration usual) {
    if (timeoutSeconds == null) {
      return usual;
    }
    if (timeoutSeconds < 1 || timeoutSeconds > 86_400) {
      throw new UsageException("--timeout must be 1 to 86400 seconds, not " + timeoutSeconds);
    }
    return Duration.ofSeconds(timeoutSeconds);
  }

  /** Says who asks: a person, or where the key is a device's or component's, that. */
  ScheduleRequest.Builder sign(ScheduleRequest.Builder request) {
    return Connections.boundKey(SettingsLoader.loadBus(config))
        .map(
            own ->
                request
                    .setDevice(own.device())
                    .setComponent(own.component())
                    .setRequestedBy(own.name() + "/command-line"))
        .orElseGet(() -> request.setRequestedBy(Requester.name()));
  }

  /** Does something on the bus and lets go of it. */
  ExitCode withBus(Function<Bus, ExitCode> verb) {
    try (Bus bus = Connections.open("command-line", SettingsLoader.loadBus(config))) {
      return verb.apply(bus);
    }
  }
}
