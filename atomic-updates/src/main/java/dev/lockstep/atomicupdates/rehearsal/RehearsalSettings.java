package dev.lockstep.atomicupdates.rehearsal;

import dev.lockstep.config.BusSettings;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.ComponentSettings.HealthSettings;
import dev.lockstep.config.ComponentSettings.ProcessSettings;
import dev.lockstep.config.DeploymentSettings;
import dev.lockstep.config.DeviceSettings;
import dev.lockstep.config.LanCacheSettings;
import dev.lockstep.config.NoticeSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.SettingsLoader;
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

/** The settings of a device that has the rehearsed component and nothing else. */
final class RehearsalSettings {
  /** The component that is rehearsed with. */
  static final String COMPONENT = "rehearsal";

  /** Long, as a machine may be slow; a component that crashes is known at once. */
  private static final Duration HEALTH_DEADLINE = Duration.ofSeconds(30);

  private static final Duration SOON = Duration.ofSeconds(5);

  private RehearsalSettings() {}

  static Settings of(Scratch scratch) {
    return new Settings(
        new DeviceSettings(
            COMPONENT, scratch.root(), scratch.state(), SettingsLoader.platformOfThisMachine()),
        bus(),
        source(scratch),
        update(scratch),
        new DeploymentSettings(
            1,
            0,
            DeploymentSettings.FrontendFailure.KEEP,
            SOON,
            SOON,
            Duration.ofHours(1),
            0,
            Duration.ZERO,
            0,
            Duration.ZERO),
        new NoticeSettings(List.of(), SOON, 0, Duration.ZERO),
        new LanCacheSettings(Optional.empty(), 1),
        Map.of(COMPONENT, component()));
  }

  private static ComponentSettings component() {
    return new ComponentSettings(
        COMPONENT,
        ComponentSettings.Role.MODULE,
        ComponentSettings.Announce.UPDATER,
        new ProcessSettings(
            ComponentSettings.Control.SUPERVISED, List.of("bin/run"), Map.of(), SOON),
        new HealthSettings(
            ComponentSettings.Probe.COMMAND,
            Optional.empty(),
            "",
            0,
            List.of("bin/check"),
            Duration.ofMillis(50),
            SOON,
            2,
            HEALTH_DEADLINE,
            Duration.ofMillis(200)),
        List.of("data"),
        List.of(),
        SOON,
        Optional.empty());
  }

  /** Nobody is asked and nobody is told: there is no bus in a rehearsal. */
  private static BusSettings bus() {
    return new BusSettings(
        BusSettings.Broker.EXTERNAL,
        "tcp://127.0.0.1:5555",
        "tcp://127.0.0.1:5556",
        BusSettings.Security.PLAIN,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        65_536,
        Optional.empty());
  }

  /** Nothing is fetched: the releases are made here. */
  private static SourceSettings source(Scratch scratch) {
    Path nowhere = scratch.state().resolve("root.json");
    URI here = nowhere.getParent().toUri();
    return new SourceSettings(
        here, here, nowhere, false, Optional.empty(), SourceSettings.Via.DIRECT);
  }

  private static UpdateSettings update(Scratch scratch) {
    return new UpdateSettings(
        Duration.ofHours(24),
        false,
        false,
        false,
        false,
        LocalTime.MIDNIGHT,
        ZoneOffset.UTC,
        UpdateSettings.Channel.DEV,
        SOON,
        0,
        Duration.ZERO,
        true,
        scratch.backups(),
        2,
        SOON,
        UpdateSettings.NoAnswer.PROCEED,
        SOON,
        Duration.ZERO,
        SOON,
        SOON,
        Duration.ofMinutes(1));
  }
}
