package dev.lockstep.atomicupdates.staging;

import dev.lockstep.config.Settings;
import dev.lockstep.protocol.release.DeviceFacts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What staging needs to know.
 *
 * @param root folder of the components
 * @param state folder of Lockstep's own state
 * @param platform os/arch of this device
 * @param channels channels that this device accepts, the one that it is set to first
 * @param maxRetries further tries after the first
 * @param retryDelay between two tries
 * @param spaceMargin bytes that stay free beyond what a release needs
 * @param partialLifetime how long an interrupted download is kept to be resumed
 * @param facts what this device is; never sent anywhere
 */
public record StagerSettings(
    Path root,
    Path state,
    String platform,
    List<String> channels,
    int maxRetries,
    Duration retryDelay,
    long spaceMargin,
    Duration partialLifetime,
    DeviceFacts facts) {
  private static final List<String> LEAST_PROVEN_FIRST = List.of("dev", "beta", "stable");
  private static final long SPACE_MARGIN = 32L << 20;
  private static final Duration PARTIAL_LIFETIME = Duration.ofDays(7);

  /** Copies the list. */
  public StagerSettings {
    channels = List.copyOf(channels);
  }

  /**
   * As the device is configured. A device accepts the channel that it is set to and those that are
   * more proven, whatever an offer says.
   */
  public static StagerSettings from(Settings settings) {
    String channel = settings.update().channel().name().toLowerCase(Locale.ROOT);
    return new StagerSettings(
        settings.device().root(),
        settings.device().state(),
        settings.device().platform(),
        acceptedIn(channel),
        settings.update().maxRetries(),
        settings.update().retryDelay(),
        SPACE_MARGIN,
        PARTIAL_LIFETIME,
        DeviceFacts.of(
            settings.device().platform(),
            settings.device().model(),
            settings.device().memoryMb(),
            settings.device().labels()));
  }

  /** The channel, then the ones that are more proven. */
  static List<String> acceptedIn(String channel) {
    return LEAST_PROVEN_FIRST.subList(
        LEAST_PROVEN_FIRST.indexOf(channel), LEAST_PROVEN_FIRST.size());
  }
}
