package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.protocol.version.VersionRange;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody said about a component on a device.
 *
 * @param site which
 * @param role its place in the order
 * @param version the active one; empty where nothing is installed yet
 * @param provides API name to version
 * @param requires API name to range
 * @param platform os/arch, empty where unknown
 * @param running whether it is healthy as far as the sender knows
 * @param problem why it is not, for people; empty where it is or nobody knows
 * @param awayAfter silence after which it counts as away
 * @param previous what "revert" goes back to
 * @param staged versions in inactive slots
 * @param leaving whether it goes away on purpose
 */
public record Announcement(
    Site site,
    ComponentRole role,
    Optional<ReleaseVersion> version,
    Map<String, ReleaseVersion> provides,
    Map<String, VersionRange> requires,
    String platform,
    boolean running,
    String problem,
    Duration awayAfter,
    Optional<ReleaseVersion> previous,
    List<ReleaseVersion> staged,
    boolean leaving) {

  /** Copies what is mutable. One that an earlier Lockstep wrote down says nothing of problems. */
  public Announcement {
    problem = problem == null ? "" : problem;
    provides = Map.copyOf(provides);
    requires = Map.copyOf(requires);
    staged = List.copyOf(staged);
  }
}
