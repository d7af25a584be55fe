package dev.lockstep.atomicupdates.staging;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.files.FileTrees;
import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.atomicupdates.staging.TufStager.Checkpoint;
import dev.lockstep.atomicupdates.staging.TufStager.Point;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.tuf.FetchException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * From one artifact of a release to a slot: download, unpack, check, sync, describe, name.
 *
 * <p>The archive is unpacked while it is downloaded, so before its hash is known. That is safe: the
 * signed manifest was verified before, each file is finished only with its signed hash, no more is
 * written than was signed, and all of it lies in a hidden folder that gets a slot's name only after
 * the whole archive had its signed hash too. Nothing is read again after it was written: each byte
 * was hashed on its way to the disk, and a second reading would come from memory, not from the
 * disk. The tree is read and hashed again before it is installed, when the disk may answer.
 *
 * <p>Temporary files go after success and failure, but for a download that failed for a passing
 * reason or because this process ends, which is resumed by a later call.
 */
final class SlotFilling {
  /** Writes a tree from a file that may still be downloaded; on a thread of its own. */
  interface Unpacking {
    void write(NewTree tree, ArrivingFile file, BooleanSupplier cancelled) throws IOException;
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
    ArrivingFile file = new ArrivingFile(partials.of(hash));
    ArtifactDownload download = new ArtifactDownload(source, release, file, listener);
    try {
      fill(folders, release, unpacking, download, file, listener);
    } catch (FetchException failed) {
      if (!Retries.isPassing(failed) || listener.cancelled() && !listener.stopping()) {
        partials.remove(hash);
      }
      throw failed;
    } catch (RuntimeException | IOException failed) {
      if (!mayBeResumed(failed, listener)) {
        partials.remove(hash);
      }
      throw failed;
    } finally {
      listener.add(download.fetched());
    }
    partials.remove(hash);
  }

  private static boolean mayBeResumed(Exception failed, Stager.Listener listener) {
    return Thread.currentThread().isInterrupted()
        || failed instanceof AtomicUpdatesException known
            && (known.category() == ErrorCategory.ERROR_CATEGORY_RETRY
                || known.code() == ErrorCode.ERROR_CODE_DOWNLOAD_CANCELLED && listener.stopping());
  }

  private void fill(
      StagingFolders folders,
      VerifiedRelease release,
      Unpacking unpacking,
      ArtifactDownload download,
      ArrivingFile file,
      Stager.Listener listener)
      throws IOException {
    Manifest manifest = release.manifest();
    Path folder = folders.createUnfinished(manifest.version());
    try {
      if (!fetchAndUnpack(release, unpacking, download, file, folder, listener)) {
        FileTrees.delete(folder);
        folder = folders.createUnfinished(manifest.version());
        unpacking.write(new NewTree(manifest, folder), file, listener::cancelled);
      }
      new SlotNaming(folders, checkpoint).name(folder, release.facts());
      listener.log(release.name() + " is staged");
    } catch (RuntimeException | IOException failed) {
      FileTrees.delete(folder);
      throw failed;
    }
  }

  /**
   * Fetches on this thread and unpacks on another. The download has the first word: only of an
   * archive with the signed hash is it told what is wrong with its content.
   *
   * @return false where the download began anew meanwhile, so that what was unpacked is void
   */
  private boolean fetchAndUnpack(
      VerifiedRelease release,
      Unpacking unpacking,
      ArtifactDownload download,
      ArrivingFile file,
      Path folder,
      Stager.Listener listener)
      throws IOException {
    NewTree tree = new NewTree(release.manifest(), folder);
    try (UnpackingThread unpacked =
        UnpackingThread.start(file, () -> unpacking.write(tree, file, file::isAbandoned))) {
      download.run(retries);
      file.complete();
      checkpoint.reached(Point.DOWNLOADED);
      return unpacked.await(
          listener::cancelled,
          () -> {
            throw StagingFailures.cancelled(release.name());
          });
    }
  }
}
