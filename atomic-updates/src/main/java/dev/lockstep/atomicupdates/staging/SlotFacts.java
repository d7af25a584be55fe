package dev.lockstep.atomicupdates.staging;

import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.release.ReleaseDescription;

/**
 * What a slot is filled by, and what is kept beside it.
 *
 * @param manifest its tree
 * @param manifestBytes the manifest as it was given
 * @param description what is known about the release
 */
record SlotFacts(Manifest manifest, byte[] manifestBytes, ReleaseDescription description) {
  /** "backend 1.2.0". */
  String name() {
    return manifest.component() + " " + manifest.version();
  }
}
