package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.release.InStore;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.List;
import java.util.Optional;

/**
 * A newer release that people get from a store, for the devices that have the same version. It is
 * shown beside an offer and never part of one.
 *
 * @param release of the kind external
 * @param from version that the devices have; empty where none is known
 * @param devices ids, sorted
 */
public record StoreRelease(Release release, Optional<ReleaseVersion> from, List<String> devices) {
  /** Copies what is mutable. */
  public StoreRelease {
    devices = devices.stream().sorted().toList();
  }

  /** The component's id. */
  public String component() {
    return release.component();
  }

  /** Where people get it. */
  public InStore place() {
    return release.description().inStore().orElseThrow();
  }
}
