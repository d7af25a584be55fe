package dev.lockstep.app.command;

import dev.lockstep.app.Wiring;
import dev.lockstep.config.Settings;
import dev.lockstep.config.SettingsLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lockstep agent}: a frontend device. */
@Command(
    name = "agent",
    mixinStandardHelpOptions = true,
    description = "Runs a frontend device: frontend-agent, atomic-updates.")
final class AgentCommand implements Callable<Integer> {
  @Mixin private SettingsOption settingsOption;

  @Override
  public Integer call() {
    Settings settings = SettingsLoader.load(settingsOption.file());
    return Wiring.frontendDevice(settings).awaitEnd().code();
  }
}
