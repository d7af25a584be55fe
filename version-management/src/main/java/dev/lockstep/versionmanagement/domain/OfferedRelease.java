package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.protocol.version.VersionRange;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One component's part of an offer, for the devices that go from the same version to the same
 * release.
 *
 * @param component id of the component
 * @param from version before; empty where it is not installed yet
 * @param to version after
 * @param channel the channel that the release is in
 * @param manifestTarget TUF target path of the release's manifest
 * @param manifestHash hash of the manifest
 * @param downloadSize bytes to fetch
 * @param installedSize bytes on disk
 * @param critical whether this release, or one between it and the installed one, is critical
 * @param notes release notes in Markdown
 * @param provides API name to version
 * @param requires API name to range
 * @param devices ids, sorted
 * @param then where this is a step on a way: the versions that follow, in order
 */
public record OfferedRelease(
    String component,
    Optional<ReleaseVersion> from,
    ReleaseVersion to,
    String channel,
    String manifestTarget,
    String manifestHash,
    long downloadSize,
    long installedSize,
    boolean critical,
    String notes,
    Map<String, ReleaseVersion> provides,
    Map<String, VersionRange> requires,
    List<String> devices,
    List<ReleaseVersion> then) {

  /** Copies what is mutable. */
  public OfferedRelease {
    provides = Map.copyOf(provides);
    requires = Map.copyOf(requires);
    devices = List.copyOf(devices);
    then = then == null ? List.of() : List.copyOf(then);
  }

  /** Whether what is there is newer. */
  public boolean downgrades() {
    return from.filter(before -> before.isNewerThan(to)).isPresent();
  }
}
