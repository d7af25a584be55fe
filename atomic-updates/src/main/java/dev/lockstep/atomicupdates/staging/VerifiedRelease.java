package dev.lockstep.atomicupdates.staging;

import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.tuf.TargetFile;

/**
 * A release whose facts were verified and fit this device and each other.
 *
 * @param description what the publisher signed about it
 * @param manifest its tree
 * @param manifestBytes the manifest as it was signed
 * @param artifact the way to carry the tree that is used
 * @param artifactTarget length and hashes of the artifact
 */
record VerifiedRelease(
    ReleaseDescription description,
    Manifest manifest,
    byte[] manifestBytes,
    ReleaseDescription.Artifact artifact,
    TargetFile artifactTarget) {

  /** "backend 1.2.0". */
  String name() {
    return manifest.component() + " " + manifest.version();
  }
}
