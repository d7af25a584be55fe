package dev.lockstep.app.command;

import dev.lockstep.app.Wiring;
import dev.lockstep.config.Settings;
import dev.lockstep.config.SettingsLoader;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lockstep agent}: a frontend device. */
@Command(
    name = "agent",
    mixinStandardHelpOptions = true,
    description = "Runs a frontend device: frontend-agent, atomic-updates.")
final class AgentCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "${env:LOCKSTEP_CONFIG:-/etc/lockstep/lockstep.yaml}",
      description = "Settings (default: ${DEFAULT-VALUE}).")
  private Path config;

  @Override
  public Integer call() {
    Settings settings = SettingsLoader.load(config);
    return Wiring.frontendDevice(settings).awaitEnd().code();
  }
}
