package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.AtomicUpdates.DeviceUpdatesFactory;
import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UpdateSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Devices that only note what they are told, for tests outside of this package. */
public final class TestDevices {
  private TestDevices() {}

  public static Settings backendSettings(String device) {
    return TestSettings.device(device, "backend", Role.BACKEND);
  }

  /** A backend whose folders are there. */
  public static Settings backendSettings(String device, Path folder) {
    return TestSettings.device(
        device, "backend", Role.BACKEND, UpdateSettings.NoAnswer.PROCEED, folder);
  }

  public static Settings frontendSettings(String device) {
    return TestSettings.device(device, "kiosk-ui", Role.FRONTEND);
  }

  public static DeviceUpdatesFactory backend(String device, List<String> log) {
    return make(new FakeDevice(device, "backend", Map.of(), log));
  }

  public static DeviceUpdatesFactory frontend(String device, List<String> log) {
    return make(new FakeDevice(device, "kiosk-ui", Map.of(), log));
  }

  private static DeviceUpdatesFactory make(FakeDevice device) {
    return (reports, participants) -> {
      device.reportTo(reports);
      return device;
    };
  }
}
