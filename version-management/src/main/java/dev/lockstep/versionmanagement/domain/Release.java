package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.List;
import java.util.Optional;

/**
 * A release that exists, from verified metadata.
 *
 * @param description what the publisher signed about it
 * @param manifestTarget TUF target path of its manifest
 * @param manifestHash hash of the manifest, lower-case hex
 * @param manifestSize bytes of the manifest
 */
public record Release(
    ReleaseDescription description, String manifestTarget, String manifestHash, long manifestSize) {
  private static final List<String> READABLE_FORMATS = List.of("tar.gz", "tar.zst", "zip");

  /** The component's id. */
  public String component() {
    return description.component();
  }

  /** Its version. */
  public ReleaseVersion version() {
    return description.version();
  }

  /** The artifact that a device would fetch; empty where there is none that it can read. */
  public Optional<ReleaseDescription.Artifact> artifact() {
    return description.artifactIn(READABLE_FORMATS);
  }

  /** Bytes to fetch. */
  public long downloadSize() {
    return manifestSize + artifact().map(ReleaseDescription.Artifact::size).orElse(0L);
  }

  /** Whether a device must have had this release before it gets a newer one. */
  public boolean mustNotBePassedOver() {
    return description.required() || description.checkpoint();
  }
}
