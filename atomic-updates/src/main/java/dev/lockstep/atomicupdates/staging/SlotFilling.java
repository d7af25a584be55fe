package dev.lockstep.atomicupdates.staging;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.files.DurableFiles;
import dev.lockstep.atomicupdates.files.FileTrees;
import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.atomicupdates.staging.TreeVerifier.Difference;
import dev.lockstep.atomicupdates.staging.TufStager.Checkpoint;
import dev.lockstep.atomicupdates.staging.TufStager.Point;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.tuf.FetchException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * From one artifact of a release to a slot: download, unpack, check, sync, describe, name.
 *
 * <p>Temporary files go after success and failure, but for a download that failed for a passing
 * reason, which is resumed by a later call.
 */
final class SlotFilling {
  private static final int SLOT_MODE = 0755;

  /** Writes a tree from a downloaded file. */
  interface Unpacking {
    void write(NewTree tree, Path file) throws IOException;
  }

  private final ReleaseSource source;
  private final Partials partials;
  private final Retries retries;
  private final Checkpoint checkpoint;

  SlotFilling(ReleaseSource source, Partials partials, Retries retries, Checkpoint checkpoint) {
    this.source = source;
    this.partials = partials;
    this.retries = retries;
    this.checkpoint = checkpoint;
  }

  /**
   * Fills a slot.
   *
   * @param listener hears also how many bytes came over the network, when it fails too
   */
  void fill(
      StagingFolders folders, VerifiedRelease release, Unpacking unpacking, FetchedBytes listener)
      throws IOException {
    partials.createFolder();
    String hash = Hashing.signedHash(release.artifactTarget());
    ArtifactDownload download = new ArtifactDownload(source, release, partials.of(hash), listener);
    try {
      download.run(retries);
      checkpoint.reached(Point.DOWNLOADED);
      unpack(folders, release, unpacking, partials.of(hash), listener);
    } catch (FetchException failed) {
      if (!Retries.isPassing(failed)) {
        partials.remove(hash);
      }
      throw failed;
    } catch (RuntimeException | IOException failed) {
      if (!mayBeResumed(failed)) {
        partials.remove(hash);
      }
      throw failed;
    } finally {
      listener.add(download.fetched());
    }
    partials.remove(hash);
  }

  private static boolean mayBeResumed(Exception failed) {
    return Thread.currentThread().isInterrupted()
        || failed instanceof AtomicUpdatesException known
            && known.category() == ErrorCategory.ERROR_CATEGORY_RETRY;
  }

  private void unpack(
      StagingFolders folders,
      VerifiedRelease release,
      Unpacking unpacking,
      Path part,
      Stager.Listener listener)
      throws IOException {
    Manifest manifest = release.manifest();
    Path folder = folders.createUnfinished(manifest.version());
    try {
      unpacking.write(new NewTree(manifest, folder), part);
      Modes.write(folder, SLOT_MODE);
      checkpoint.reached(Point.UNPACKED);
      List<Difference> differences = TreeVerifier.verify(folder, manifest);
      if (!differences.isEmpty()) {
        throw StagingFailures.mismatch(release.name(), "on disk " + differences.get(0));
      }
      TreeSync.sync(folder, manifest);
      checkpoint.reached(Point.SYNCED);
      folders.describe(release);
      checkpoint.reached(Point.DESCRIBED);
      DurableFiles.rename(folder, folders.slot(manifest.version()));
      checkpoint.reached(Point.NAMED);
      listener.log(release.name() + " is staged");
    } catch (RuntimeException | IOException failed) {
      FileTrees.delete(folder);
      throw failed;
    }
  }
}
