package dev.lockstep.atomicupdates.staging;

import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.tuf.TargetFile;
import java.util.List;

/**
 * A release whose facts were verified and fit this device and each other.
 *
 * @param description what the publisher signed about it
 * @param manifest its tree
 * @param manifestBytes the manifest as it was signed
 * @param artifact the way to carry the tree that is used
 * @param artifactTarget length and hashes of the artifact
 * @param deltas other ways, for devices that have certain older releases
 */
record VerifiedRelease(
    ReleaseDescription description,
    Manifest manifest,
    byte[] manifestBytes,
    ReleaseDescription.Artifact artifact,
    TargetFile artifactTarget,
    List<VerifiedDelta> deltas) {
  VerifiedRelease {
    deltas = List.copyOf(deltas);
  }

  /** "backend 1.2.0". */
  String name() {
    return manifest.component() + " " + manifest.version();
  }

  /** What is kept beside its slot. */
  SlotFacts facts() {
    return new SlotFacts(manifest, manifestBytes, description);
  }

  /** The same release, carried by a delta. */
  VerifiedRelease carriedBy(VerifiedDelta delta) {
    return new VerifiedRelease(
        description, manifest, manifestBytes, delta.artifact(), delta.target(), deltas);
  }
}
