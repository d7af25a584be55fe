package dev.lockstep.systemtests.kill;

import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.DeviceSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.SourceSettings;
import dev.lockstep.config.UpdateSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The settings of the device that is killed: one supervised component, short waits. */
final class DeviceConfig {
  private static final Duration SHORT = Duration.ofSeconds(5);

  private DeviceConfig() {}

  /**
   * Settings.
   *
   * @param paths the device's folder, perhaps under watch
   * @param real the same folder
   */
  static Settings of(Path paths, Path real, URI repository, Path root) {
    return new Settings(
        new DeviceSettings("hub", paths.resolve("root"), paths.resolve("state"), "linux/amd64"),
        null,
        new SourceSettings(
            repository.resolve("metadata/"),
            repository.resolve("targets/"),
            root,
            true,
            Optional.empty(),
            SourceSettings.Via.DIRECT),
        update(paths.resolve("backups")),
        null,
        null,
        null,
        Map.of("backend", component()));
  }

  private static UpdateSettings update(Path backups) {
    return new UpdateSettings(
        Duration.ofHours(24),
        true,
        false,
        true,
        true,
        LocalTime.of(3, 0),
        ZoneId.of("UTC"),
        UpdateSettings.Channel.STABLE,
        SHORT,
        1,
        Duration.ofMillis(50),
        true,
        backups,
        3,
        SHORT,
        UpdateSettings.NoAnswer.PROCEED,
        SHORT,
        Duration.ZERO,
        Duration.ofSeconds(10),
        Duration.ofHours(1),
        Duration.ofMinutes(15));
  }

  private static ComponentSettings component() {
    return new ComponentSettings(
        "backend",
        ComponentSettings.Role.BACKEND,
        ComponentSettings.Announce.UPDATER,
        new ComponentSettings.ProcessSettings(
            ComponentSettings.Control.SUPERVISED, List.of("./run.sh"), Map.of(), SHORT),
        new ComponentSettings.HealthSettings(
            ComponentSettings.Probe.COMMAND,
            Optional.empty(),
            "",
            0,
            List.of(
                "/bin/sh", "-c", "test \"$(cat ${data}/owner)\" = \"$(cat ${release}/VERSION)\""),
            Duration.ofMillis(10),
            SHORT,
            2,
            SHORT,
            Duration.ofMillis(20)),
        List.of("data"),
        List.of("./migrate.sh"),
        SHORT,
        Optional.empty(),
        // The first fails where the second was not made up for after a kill between the two.
        new ComponentSettings.BackupHooks(
            List.of("mkdir", "${root}/frozen"),
            SHORT,
            List.of("rm", "-rf", "${root}/frozen"),
            SHORT,
            true));
  }
}
