package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.protocol.version.VersionRange;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * What a component said about itself last.
 *
 * @param site which component, where
 * @param role its place in the order
 * @param version the active version, null where nothing is installed yet
 * @param provides API name to version
 * @param requires API name to range
 * @param capabilities what it answers to: {@value #PREPARE}, {@value #DRAIN}, "notice"
 * @param awayAfter silence after which it counts as away
 * @param leaving whether it said that it leaves
 */
public record Announced(
    Site site,
    Role role,
    ReleaseVersion version,
    Map<String, ReleaseVersion> provides,
    Map<String, VersionRange> requires,
    Set<String> capabilities,
    Duration awayAfter,
    boolean leaving) {

  /** Answers prepare. */
  public static final String PREPARE = "prepare";

  /** Answers drain. */
  public static final String DRAIN = "drain";

  /** Copies what is mutable. */
  public Announced {
    provides = Map.copyOf(provides);
    requires = Map.copyOf(requires);
    capabilities = Set.copyOf(capabilities);
  }

  /** Whether every required API is provided in its range. */
  static boolean fits(Map<String, VersionRange> requires, Map<String, ReleaseVersion> provided) {
    return requires.entrySet().stream()
        .allMatch(
            need -> {
              ReleaseVersion version = provided.get(need.getKey());
              return version != null && need.getValue().contains(version);
            });
  }
}
