package dev.lockstep.atomicupdates.staging;

import dev.lockstep.protocol.release.MalformedReleaseException;
import dev.lockstep.protocol.release.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A delta whose base is in a slot of this device (R64).
 *
 * @param signed the delta
 * @param from the manifest of its base
 * @param slot where the base is; whether it still is what its manifest says shows while it is used
 */
record UsableDelta(VerifiedDelta signed, Manifest from, Path slot) {
  private static final Logger LOG = LoggerFactory.getLogger(UsableDelta.class);

  /** How a delta is packed. */
  private static final String FORMAT = "tar.zst";

  /**
   * The delta with the fewest bytes that are still to be fetched, where those are fewer than the
   * full artifact's.
   */
  static Optional<UsableDelta> smallest(
      StagingFolders folders, VerifiedRelease release, Partials partials) throws IOException {
    Optional<UsableDelta> smallest = Optional.empty();
    long least =
        release.artifact().size() - partials.length(Hashing.signedHash(release.artifactTarget()));
    for (VerifiedDelta delta : release.deltas()) {
      long bytes = delta.artifact().size() - partials.length(Hashing.signedHash(delta.target()));
      if (bytes < least) {
        Optional<UsableDelta> usable = of(folders, delta);
        if (usable.isPresent()) {
          smallest = usable;
          least = bytes;
        }
      }
    }
    return smallest;
  }

  private static Optional<UsableDelta> of(StagingFolders folders, VerifiedDelta delta)
      throws IOException {
    try {
      return folders
          .manifest(delta.description().from(), delta.description().fromManifest())
          .map(from -> new UsableDelta(delta, from, folders.slot(delta.description().from())));
    } catch (MalformedReleaseException unreadable) {
      LOG.warn("{} is not used: {}", delta.artifact().target(), unreadable.getMessage());
      return Optional.empty();
    }
  }

  /** Writes the new tree from the delta and the base. */
  SlotFilling.Unpacking unpacking(VerifiedRelease release) {
    return (tree, file, cancelled) -> {
      try (ArchiveReader archive = ArchiveReader.open(file, FORMAT)) {
        new DeltaTree(release.manifest(), tree, from, slot, cancelled).write(archive);
      }
    };
  }
}
