package dev.lockstep.app.doctor;

import dev.lockstep.config.BusSettings;
import dev.lockstep.config.Settings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * The device that is looked at.
 *
 * @param settings its settings
 * @param clock this machine's
 * @param timeout how long an answer over the network may take
 * @param system the system's root folder
 */
record Subject(Settings settings, Clock clock, Duration timeout, Path system) {
  /** Whether its process has the broker. */
  boolean hasBroker() {
    return settings.bus().broker() == BusSettings.Broker.EMBEDDED;
  }

  Path state() {
    return settings.device().state();
  }

  Path root() {
    return settings.device().root();
  }

  /** How its process is started. */
  String verb() {
    return hasBroker() ? "lockstep daemon" : "lockstep agent";
  }
}
