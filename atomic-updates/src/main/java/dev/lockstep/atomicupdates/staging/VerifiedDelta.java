package dev.lockstep.atomicupdates.staging;

import dev.lockstep.protocol.release.DeltaDescription;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.tuf.TargetFile;

/**
 * A delta to a release, as it was signed.
 *
 * @param artifact how the release lists it
 * @param target its length and hashes
 * @param description what it needs on the device
 */
record VerifiedDelta(
    ReleaseDescription.Artifact artifact, TargetFile target, DeltaDescription description) {}
