package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.config.Settings;
import java.time.Duration;
import java.util.Locale;

/**
 * What the coordinator goes by.
 *
 * @param rules what deployments go by
 * @param settle time after a deployment in which announcements may still tell of before
 * @param forgetAfter silence after which a component on a device is no longer part of the app
 * @param channel where manifests are looked for that no offer named
 */
public record CoordinatorSettings(
    DeploymentRules rules, Duration settle, Duration forgetAfter, String channel) {

  /** As the settings say. */
  public static CoordinatorSettings of(Settings settings) {
    return new CoordinatorSettings(
        DeploymentRules.of(settings),
        settings.update().heartbeat().multipliedBy(2),
        settings.deployment().forgetAfter(),
        settings.update().channel().name().toLowerCase(Locale.ROOT));
  }
}
