package dev.lockstep.atomicupdates.staging;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.atomicupdates.files.DurableFiles;
import dev.lockstep.atomicupdates.files.FileTrees;
import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.atomicupdates.staging.TreeVerifier.Difference;
import dev.lockstep.atomicupdates.staging.TufStager.Checkpoint;
import dev.lockstep.atomicupdates.staging.TufStager.Point;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.tuf.FetchException;
import dev.lockstep.tuf.LimitException;
import dev.lockstep.tuf.TargetFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a verified release to a slot: room, download, unpack, check, sync, describe, name.
 *
 * <p>Temporary files go after success and failure. Two things stay: a download that failed for a
 * passing reason, to be resumed, and whatever the process had when it was killed, which the next
 * call finds.
 */
final class Staging {
  private static final Logger LOG = LoggerFactory.getLogger(Staging.class);
  private static final int BLOCK = 4096;
  private static final int SLOT_MODE = 0755;

  private final StagerSettings settings;
  private final ReleaseSource source;
  private final Partials partials;
  private final Retries retries;
  private final DiskSpace space;
  private final Checkpoint checkpoint;

  Staging(
      StagerSettings settings,
      ReleaseSource source,
      Partials partials,
      Retries retries,
      DiskSpace space,
      Checkpoint checkpoint) {
    this.settings = settings;
    this.source = source;
    this.partials = partials;
    this.retries = retries;
    this.space = space;
    this.checkpoint = checkpoint;
  }

  Stager.Staged stage(StagingFolders folders, VerifiedRelease release, Stager.Listener listener)
      throws IOException {
    Manifest manifest = release.manifest();
    boolean damaged = false;
    if (folders.hasSlot(manifest.version())) {
      List<Difference> differences =
          TreeVerifier.verify(folders.slot(manifest.version()), manifest);
      if (differences.isEmpty()) {
        folders.describe(release);
        // A process that was killed after the slot had its name left the download.
        Disk.deleteIfExists(partials.of(Hashing.signedHash(release.artifactTarget())));
        listener.log(release.name() + " is staged already");
        return new Stager.Staged(release.description(), 0);
      }
      requireNotInUse(folders, release, differences);
      listener.log(release.name() + " is damaged and staged again: " + differences.get(0));
      damaged = true;
    }
    folders.removeUnfinished();
    removeUselessPartials(release);
    requireSpace(folders, release);
    if (damaged) {
      folders.removeSlot(manifest.version());
    }
    long fetched = fetchAndUnpack(folders, release, listener);
    return new Stager.Staged(release.description(), fetched);
  }

  private static void requireNotInUse(
      StagingFolders folders, VerifiedRelease release, List<Difference> differences)
      throws IOException {
    if (folders.isInUse(release.manifest().version())) {
      throw StagingFailures.mismatch(
          release.name(),
          "its slot is in use and differs on disk, %s and %d more; install another version first"
              .formatted(differences.get(0), differences.size() - 1));
    }
  }

  private void removeUselessPartials(VerifiedRelease release) throws IOException {
    partials.removeOld();
    if (partials.hasOthers(Hashing.signedHash(release.artifactTarget()))) {
      try {
        Set<String> signed =
            settings.channels().stream()
                .flatMap(channel -> source.targetsOf(channel).stream())
                .map(TargetFile::hashes)
                .map(hashes -> hashes.getOrDefault("sha256", "").toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        partials.removeAllBut(signed);
      } catch (LimitException tooMany) {
        // Looking through them all would cost more than what is kept until it is old.
        LOG.debug("keeping other downloads: {}", tooMany.getMessage());
      }
    }
  }

  /** Before anything is changed (R70). */
  private void requireSpace(StagingFolders folders, VerifiedRelease release) throws IOException {
    String hash = Hashing.signedHash(release.artifactTarget());
    long download = Math.max(0, release.artifactTarget().length() - partials.length(hash));
    long installed = onDisk(release.manifest());
    boolean shared = space.shared(partials.folder(), folders.releases());
    require(release, folders.releases(), installed + (shared ? download : 0));
    if (!shared) {
      require(release, partials.folder(), download);
    }
  }

  private void require(VerifiedRelease release, Path folder, long bytes) throws IOException {
    long needed = bytes + settings.spaceMargin();
    long usable = space.usable(folder);
    if (usable < needed) {
      throw StagingFailures.diskFull(
          release.name(),
          "%s has room for %d bytes and %d are needed".formatted(folder, usable, needed),
          null);
    }
  }

  private static long onDisk(Manifest manifest) {
    return manifest.entries().stream().mapToLong(entry -> (entry.size() / BLOCK + 1) * BLOCK).sum();
  }

  private long fetchAndUnpack(
      StagingFolders folders, VerifiedRelease release, Stager.Listener listener)
      throws IOException {
    partials.createFolder();
    Path part = partials.of(Hashing.signedHash(release.artifactTarget()));
    ArtifactDownload download = new ArtifactDownload(source, release, part, listener);
    try {
      download.run(retries);
      checkpoint.reached(Point.DOWNLOADED);
      unpack(folders, release, part, listener);
    } catch (FetchException failed) {
      if (!Retries.isPassing(failed)) {
        Disk.deleteIfExists(part);
      }
      throw failed;
    } catch (RuntimeException | IOException failed) {
      if (!mayBeResumed(failed)) {
        Disk.deleteIfExists(part);
      }
      throw failed;
    }
    Disk.deleteIfExists(part);
    return download.fetched();
  }

  private static boolean mayBeResumed(Exception failed) {
    return Thread.currentThread().isInterrupted()
        || failed instanceof AtomicUpdatesException known
            && known.category() == ErrorCategory.ERROR_CATEGORY_RETRY;
  }

  private void unpack(
      StagingFolders folders, VerifiedRelease release, Path part, Stager.Listener listener)
      throws IOException {
    Manifest manifest = release.manifest();
    Path tree = folders.createUnfinished(manifest.version());
    try {
      try (ArchiveReader archive = ArchiveReader.open(part, release.artifact().format())) {
        new TreeWriter(manifest, tree, listener::cancelled)
            .write(archive, release.artifact().prefix());
      }
      Modes.write(tree, SLOT_MODE);
      checkpoint.reached(Point.UNPACKED);
      List<Difference> differences = TreeVerifier.verify(tree, manifest);
      if (!differences.isEmpty()) {
        throw StagingFailures.mismatch(release.name(), "on disk " + differences.get(0));
      }
      TreeSync.sync(tree, manifest);
      checkpoint.reached(Point.SYNCED);
      folders.describe(release);
      checkpoint.reached(Point.DESCRIBED);
      DurableFiles.rename(tree, folders.slot(manifest.version()));
      checkpoint.reached(Point.NAMED);
      listener.log(release.name() + " is staged");
    } catch (RuntimeException | IOException failed) {
      FileTrees.delete(tree);
      throw failed;
    }
  }
}
