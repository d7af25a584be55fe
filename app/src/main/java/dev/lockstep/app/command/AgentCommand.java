package dev.lockstep.app.command;

import dev.lockstep.app.Pairing;
import dev.lockstep.app.Wiring;
import dev.lockstep.config.Settings;
import dev.lockstep.config.SettingsLoader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockstep agent}: a frontend device. */
@Command(
    name = "agent",
    mixinStandardHelpOptions = true,
    description = "Runs a frontend device: frontend-agent, atomic-updates.")
final class AgentCommand implements Callable<Integer> {
  @Mixin private SettingsOption settingsOption;

  @Option(
      names = "--pair",
      description =
          "Before: comes to know the hub at bus.pairing_address, with a code that a person carries.")
  private boolean pair;

  @Override
  public Integer call() throws IOException {
    Settings settings = SettingsLoader.load(settingsOption.file());
    if (pair) {
      BufferedReader typed =
          new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
      Pairing.pair(settings.device().id(), settings.bus(), typed, System.out);
    }
    return Wiring.frontendDevice(settings).awaitEnd().code();
  }
}
