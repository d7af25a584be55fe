package dev.lockstep.app.command;

import dev.lockstep.app.Connections;
import dev.lockstep.app.RunningProcess;
import dev.lockstep.bus.zeromq.Broker;
import dev.lockstep.config.BusSettings;
import dev.lockstep.config.SettingsLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lockstep broker}: the broker alone. */
@Command(
    name = "broker",
    mixinStandardHelpOptions = true,
    description = "Runs the broker alone; the hub then has bus.broker: external.")
final class BrokerCommand implements Callable<Integer> {
  @Mixin private SettingsOption settingsOption;

  @Override
  public Integer call() {
    BusSettings settings = SettingsLoader.loadBus(settingsOption.file());
    RunningProcess process = new RunningProcess();
    Broker broker = process.opens("broker", Connections.startBroker(settings, process::fail));
    Connections.openPairing(settings, process::fail)
        .ifPresent(desk -> process.opens("pairing", desk));
    System.err.println(
        "broker: publishers at "
            + broker.publishAddress()
            + ", subscribers at "
            + broker.subscribeAddress());
    return process.awaitEnd().code();
  }
}
