package dev.lockstep.repository;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.Optional;

/**
 * One version of a component in one channel.
 *
 * @param platform one platform, or empty for all that the release has
 */
public record ReleaseSelection(
    String component, ReleaseVersion version, String channel, Optional<String> platform) {

  /**
   * A release with all its platforms.
   *
   * @throws dev.lockstep.protocol.version.MalformedVersionException if the version is none
   */
  public static ReleaseSelection of(String component, String version, String channel) {
    return new ReleaseSelection(
        component, ReleaseVersion.parse(version), channel, Optional.empty());
  }

  /** The same for one platform. */
  public ReleaseSelection withPlatform(String name) {
    return new ReleaseSelection(component, version, channel, Optional.of(name));
  }

  /** Whether a release is one of these. */
  boolean includes(ReleaseDescription release) {
    return release.component().equals(component)
        && release.version().equals(version)
        && release.channel().equals(channel)
        && (platform.isEmpty() || platform.get().equals(release.platform()));
  }

  @Override
  public String toString() {
    String suffix = platform.map(name -> " for " + name).orElse("");
    return component + " " + version + suffix + " in " + channel;
  }
}
