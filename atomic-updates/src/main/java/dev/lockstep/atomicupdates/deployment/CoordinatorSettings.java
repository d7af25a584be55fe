package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.config.Settings;
import java.time.Duration;
import java.util.Locale;

/**
 * What the coordinator goes by.
 *
 * @param stageDeadline how long a device may take to stage
 * @param installDeadline how long a device may take to install or revert
 * @param settle time after a deployment in which announcements may still tell of before
 * @param channel where manifests are looked for that no offer named
 */
public record CoordinatorSettings(
    Duration stageDeadline, Duration installDeadline, Duration settle, String channel) {

  /** As the settings say. */
  public static CoordinatorSettings of(Settings settings) {
    return new CoordinatorSettings(
        settings.update().stageDeadline(),
        settings.update().installDeadline(),
        settings.update().heartbeat().multipliedBy(2),
        settings.update().channel().name().toLowerCase(Locale.ROOT));
  }
}
