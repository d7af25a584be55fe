package dev.lockstep.app.command;

import dev.lockstep.app.Wiring;
import dev.lockstep.config.Settings;
import dev.lockstep.config.SettingsLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lockstep daemon}: the hub. */
@Command(
    name = "daemon",
    mixinStandardHelpOptions = true,
    description = "Runs the hub: broker, version-management, atomic-updates.")
final class DaemonCommand implements Callable<Integer> {
  @Mixin private SettingsOption settingsOption;

  @Override
  public Integer call() {
    Settings settings = SettingsLoader.load(settingsOption.file());
    return Wiring.hub(settings).awaitEnd().code();
  }
}
