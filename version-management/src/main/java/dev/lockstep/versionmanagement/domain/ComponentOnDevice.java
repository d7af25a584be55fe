package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.protocol.version.VersionRange;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A component on a device as the inventory knows it at one moment.
 *
 * @param site which
 * @param role its place in the order
 * @param version the active one; empty where nothing is installed yet or nothing is known
 * @param provides API name to version
 * @param requires API name to range
 * @param platform os/arch, empty where unknown
 * @param running whether it is healthy as far as it said
 * @param problem why it is not, for people; empty where it is or nobody knows
 * @param away whether it left or fell silent
 * @param installable whether Lockstep installs it; false for what is only watched by its VERSION
 *     file
 * @param previous what "revert" goes back to
 * @param staged versions in inactive slots
 */
public record ComponentOnDevice(
    Site site,
    ComponentRole role,
    Optional<ReleaseVersion> version,
    Map<String, ReleaseVersion> provides,
    Map<String, VersionRange> requires,
    String platform,
    boolean running,
    String problem,
    boolean away,
    boolean installable,
    Optional<ReleaseVersion> previous,
    List<ReleaseVersion> staged) {

  /** Whether that version is newer than what is here; any version is where nothing is installed. */
  public boolean isBehind(ReleaseVersion other) {
    return version.map(other::isNewerThan).orElse(true);
  }
}
