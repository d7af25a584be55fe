package dev.lockstep.app;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.BusException;
import dev.lockstep.bus.core.Participant;
import dev.lockstep.bus.zeromq.Broker;
import dev.lockstep.bus.zeromq.BrokerSettings;
import dev.lockstep.bus.zeromq.Certificate;
import dev.lockstep.bus.zeromq.PairingDesk;
import dev.lockstep.bus.zeromq.ZeroMqBus;
import dev.lockstep.bus.zeromq.ZeroMqBusSettings;
import dev.lockstep.config.BusSettings;
import dev.lockstep.config.BusSettings.Security;
import dev.lockstep.protocol.Topics;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Opens what the bus settings describe. */
public final class Connections {
  private Connections() {}

  /** Connects to the bus under that name, for a command that is soon over. */
  public static Bus open(String name, BusSettings settings) {
    return ZeroMqBus.builder(name, settingsOf(settings)).open();
  }

  /** Whose key the settings name, where it is bound to a device and speaks for that only. */
  public static Optional<Participant> boundKey(BusSettings settings) {
    return settings.security() == Security.PLAIN
        ? Optional.empty()
        : settings
            .keyFile()
            .map(file -> Certificate.read(file).participant())
            .filter(Participant::isBound);
  }

  /**
   * Connects a device's process to the bus.
   *
   * @param device its id, and its name on the bus
   * @param onFailure called when the connection can no longer work; the process should end
   * @throws BusException.KeyUnusable also if the key is that of another device: the broker would
   *     drop everything that this one says
   */
  public static Bus open(String device, BusSettings settings, Consumer<Throwable> onFailure) {
    ZeroMqBusSettings bus = settingsOf(settings);
    bus.curve()
        .map(keys -> keys.own().participant())
        .filter(own -> own.isBound() && !own.device().equals(device))
        .ifPresent(
            own -> {
              throw new BusException.KeyUnusable(
                  own.name(),
                  "it is bound to device \"%s\", not to \"%s\"".formatted(own.device(), device),
                  "make one with lockstep keygen %s --role device, or correct device.id"
                      .formatted(device));
            });
    return ZeroMqBus.builder(device, bus).onFailure(onFailure).open();
  }

  /**
   * Starts the broker.
   *
   * @param onFailure called when the broker can no longer work; the process should end
   */
  public static Broker startBroker(BusSettings settings, Consumer<Throwable> onFailure) {
    BrokerSettings broker =
        settings.security() == Security.PLAIN
            ? BrokerSettings.plain(settings.publishAddress(), settings.subscribeAddress())
            : BrokerSettings.encrypted(
                settings.publishAddress(),
                settings.subscribeAddress(),
                Certificate.read(
                    required("bus.broker_secret_key_file", settings.brokerSecretKeyFile())),
                required("bus.authorized_keys", settings.authorizedKeys()));
    BrokerSettings all =
        settings
            .notificationTopic()
            .map(name -> broker.withHostTopic(Topics.notification(name)))
            .orElse(broker);
    return Broker.start(all.withMaxMessageSize(settings.maxMessageSize()), onFailure);
  }

  /**
   * Listens for new devices, where the settings say so; close it before the broker.
   *
   * @param onFailure called when it can no longer work
   */
  public static Optional<PairingDesk> openPairing(
      BusSettings settings, Consumer<Throwable> onFailure) {
    if (settings.security() == Security.PLAIN || settings.pairingAddress().isEmpty()) {
      return Optional.empty();
    }
    Path broker = required("bus.broker_secret_key_file", settings.brokerSecretKeyFile());
    return Optional.of(
        PairingDesk.open(
            settings.pairingAddress().get(),
            Certificate.read(broker).publicOnly(),
            Pairing.folder(settings),
            onFailure));
  }

  /** A broker alone reads its keys from settings that say that the broker is elsewhere. */
  private static Path required(String key, Optional<Path> path) {
    return path.orElseThrow(
        () ->
            new BusException.KeyUnusable(
                key, "it is not set", "set it in the settings of the process with the broker"));
  }

  private static ZeroMqBusSettings settingsOf(BusSettings settings) {
    ZeroMqBusSettings bus;
    if (settings.security() == Security.PLAIN) {
      bus = ZeroMqBusSettings.plain(settings.publishAddress(), settings.subscribeAddress());
    } else {
      // Settings with CURVE and without these were refused when they were loaded.
      Certificate own = Certificate.read(settings.keyFile().orElseThrow());
      Certificate broker = Certificate.read(settings.brokerKeyFile().orElseThrow());
      bus =
          ZeroMqBusSettings.encrypted(
              settings.publishAddress(),
              settings.subscribeAddress(),
              new ZeroMqBusSettings.CurveKeys(own, broker));
    }
    return bus.withMaxMessageSize(settings.maxMessageSize());
  }
}
