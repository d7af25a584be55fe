package dev.lockstep.app.command;

import dev.lockstep.app.ExitCode;
import dev.lockstep.app.Pairing;
import dev.lockstep.bus.pairing.PairingRequests.Request;
import dev.lockstep.config.BusSettings;
import dev.lockstep.config.SettingsLoader;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lockstep pair}: who may take part; run on the hub. */
@Command(
    name = "pair",
    mixinStandardHelpOptions = true,
    description = "Lets new devices in, and sends devices away. Run it on the hub.")
final class PairCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which of list, accept, revoke?");
  }

  @Command(
      name = "list",
      description = "Shows the devices that wait. Their codes they show themselves.")
  int list(@Mixin SettingsOption settings) {
    for (Request request : Pairing.requests(bus(settings)).waiting()) {
      System.out.println(request.device() + "\t" + request.since() + "\t" + request.publicKey());
    }
    return ExitCode.OK.code();
  }

  @Command(name = "accept", description = "Lets the device in that shows this code.")
  int accept(
      @Mixin SettingsOption settings,
      @Parameters(paramLabel = "CODE", description = "As the device shows it.") String code) {
    Request request = Pairing.accept(bus(settings), code);
    System.out.println("accepted " + request.device());
    System.out.println("type this at the device: " + request.codes().hub());
    return ExitCode.OK.code();
  }

  @Command(name = "revoke", description = "Sends a device away: its connections end at once.")
  int revoke(
      @Mixin SettingsOption settings,
      @Parameters(paramLabel = "NAME", description = "The name of its key.") String name)
      throws IOException {
    Pairing.revoke(bus(settings), name);
    System.out.println("revoked " + name);
    return ExitCode.OK.code();
  }

  private static BusSettings bus(SettingsOption settings) {
    return SettingsLoader.loadBus(settings.file());
  }
}
