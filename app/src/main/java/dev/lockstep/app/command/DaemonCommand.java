package dev.lockstep.app.command;

import dev.lockstep.app.Wiring;
import dev.lockstep.config.Settings;
import dev.lockstep.config.SettingsLoader;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lockstep daemon}: the hub. */
@Command(
    name = "daemon",
    mixinStandardHelpOptions = true,
    description = "Runs the hub: broker, version-management, atomic-updates.")
final class DaemonCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "${env:LOCKSTEP_CONFIG:-/etc/lockstep/lockstep.yaml}",
      description = "Settings (default: ${DEFAULT-VALUE}).")
  private Path config;

  @Override
  public Integer call() {
    Settings settings = SettingsLoader.load(config);
    return Wiring.hub(settings).awaitEnd().code();
  }
}
