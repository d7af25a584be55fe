package dev.lockstep.versionmanagement;

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
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Settings of a hub for tests. Heartbeat 10 s, notice 10 s, preferred time 03:00 in UTC. */
final class TestSettings {
  final Path folder;
  boolean autoDownload = true;
  boolean autoInstall;
  boolean criticalInstall = true;
  boolean notifyAvailable = true;
  Optional<String> notificationTopic = Optional.empty();
  UpdateSettings.Channel channel = UpdateSettings.Channel.STABLE;
  List<URI> mirrors = List.of();
  URI metadataUrl = URI.create("http://127.0.0.1:1/metadata/");
  URI contentUrl = URI.create("http://127.0.0.1:1/targets/");
  Path rootFile;
  boolean allowPlainHttp = true;
  Duration downloadTimeout = Duration.ofSeconds(5);
  int maxRetries;
  final Map<String, ComponentSettings> components = new TreeMap<>();

  TestSettings(Path folder) {
    this.folder = folder;
    this.rootFile = folder.resolve("root.json");
  }

  void watched(String id, Path versionFile) {
    ComponentSettings.HealthSettings health =
        new ComponentSettings.HealthSettings(
            ComponentSettings.Probe.PROCESS,
            Optional.empty(),
            "",
            0,
            List.of(),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            1,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));
    components.put(
        id,
        new ComponentSettings(
            id,
            ComponentSettings.Role.MODULE,
            ComponentSettings.Announce.UPDATER,
            new ComponentSettings.ProcessSettings(
                ComponentSettings.Control.EXTERNAL, List.of(), Map.of(), Duration.ofSeconds(1)),
            health,
            List.of(),
            List.of(),
            Duration.ofSeconds(1),
            Optional.of(versionFile)));
  }

  Settings settings() {
    return new Settings(
        new DeviceSettings("hub", folder.resolve("root"), folder.resolve("state"), "linux/amd64"),
        new BusSettings(
            BusSettings.Broker.EMBEDDED,
            "",
            "",
            BusSettings.Security.PLAIN,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            1 << 20,
            notificationTopic),
        new SourceSettings(
            metadataUrl,
            contentUrl,
            rootFile,
            allowPlainHttp,
            Optional.empty(),
            SourceSettings.Via.DIRECT,
            mirrors,
            List.of()),
        new UpdateSettings(
            Duration.ofHours(24),
            autoDownload,
            autoInstall,
            criticalInstall,
            notifyAvailable,
            LocalTime.of(3, 0),
            ZoneId.of("UTC"),
            channel,
            downloadTimeout,
            maxRetries,
            Duration.ofSeconds(1),
            true,
            folder.resolve("backups"),
            3,
            Duration.ofSeconds(5),
            UpdateSettings.NoAnswer.PROCEED,
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofHours(1),
            Duration.ofMinutes(15)),
        new DeploymentSettings(
            10,
            1,
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
        components);
  }
}
