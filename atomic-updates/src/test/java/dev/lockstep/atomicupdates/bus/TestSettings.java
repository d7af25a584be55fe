package dev.lockstep.atomicupdates.bus;

import dev.lockstep.config.BusSettings;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.DeploymentSettings;
import dev.lockstep.config.DeviceSettings;
import dev.lockstep.config.LanCacheSettings;
import dev.lockstep.config.NoticeSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.SourceSettings;
import dev.lockstep.config.UpdateSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Settings of a device with one component, with short deadlines. */
public final class TestSettings {
  private TestSettings() {}

  public static Settings device(String device, String component, ComponentSettings.Role role) {
    return device(device, component, role, UpdateSettings.NoAnswer.PROCEED);
  }

  public static Settings device(
      String device,
      String component,
      ComponentSettings.Role role,
      UpdateSettings.NoAnswer noAnswer) {
    return device(device, component, role, noAnswer, Path.of("/nonexistent"));
  }

  public static Settings device(
      String device,
      String component,
      ComponentSettings.Role role,
      UpdateSettings.NoAnswer noAnswer,
      Path folder) {
    return device(device, component, role, noAnswer, folder, Duration.ofSeconds(1));
  }

  static Settings device(
      String device,
      String component,
      ComponentSettings.Role role,
      UpdateSettings.NoAnswer noAnswer,
      Path folder,
      Duration drainDeadline) {
    return new Settings(
        new DeviceSettings(device, folder.resolve("root"), folder.resolve("state"), "linux/amd64"),
        new BusSettings(
            BusSettings.Broker.EXTERNAL,
            "tcp://127.0.0.1:1",
            "tcp://127.0.0.1:2",
            BusSettings.Security.PLAIN,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            1 << 20,
            Optional.empty()),
        new SourceSettings(
            URI.create("https://example.org/metadata/"),
            URI.create("https://example.org/targets/"),
            folder.resolve("root.json"),
            false,
            Optional.empty(),
            SourceSettings.Via.DIRECT),
        update(noAnswer, folder, drainDeadline),
        new DeploymentSettings(
            10,
            0,
            DeploymentSettings.FrontendFailure.KEEP,
            Duration.ofMinutes(15),
            Duration.ofHours(24),
            Duration.ofDays(30),
            5,
            Duration.ofHours(24),
            1,
            Duration.ofHours(1)),
        new NoticeSettings(List.of(), Duration.ofSeconds(1), 3, Duration.ofHours(24)),
        new LanCacheSettings(Optional.empty(), 100),
        Map.of(component, component(component, role)));
  }

  private static UpdateSettings update(
      UpdateSettings.NoAnswer noAnswer, Path folder, Duration drainDeadline) {
    return new UpdateSettings(
        Duration.ofHours(24),
        true,
        false,
        true,
        true,
        LocalTime.of(3, 0),
        ZoneOffset.UTC,
        UpdateSettings.Channel.STABLE,
        Duration.ofSeconds(30),
        0,
        Duration.ofSeconds(5),
        true,
        folder.resolve("backups"),
        3,
        Duration.ofSeconds(1),
        noAnswer,
        drainDeadline,
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofHours(1),
        Duration.ofMinutes(15));
  }

  private static ComponentSettings component(String id, ComponentSettings.Role role) {
    return new ComponentSettings(
        id,
        role,
        ComponentSettings.Announce.UPDATER,
        new ComponentSettings.ProcessSettings(
            ComponentSettings.Control.EXTERNAL, List.of(), Map.of(), Duration.ofSeconds(10)),
        new ComponentSettings.HealthSettings(
            ComponentSettings.Probe.PROCESS,
            Optional.empty(),
            "",
            0,
            List.of(),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            1,
            Duration.ofSeconds(20),
            Duration.ofSeconds(5)),
        List.of(),
        List.of(),
        Duration.ofMinutes(1),
        Optional.empty());
  }
}
