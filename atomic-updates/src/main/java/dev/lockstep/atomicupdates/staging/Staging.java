package dev.lockstep.atomicupdates.staging;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.port.Forecast;
import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.atomicupdates.staging.TreeVerifier.Difference;
import dev.lockstep.atomicupdates.staging.TufStager.Checkpoint;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.tuf.LimitException;
import dev.lockstep.tuf.TargetFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a verified release to a slot: what is there already, room, and by which artifact.
 *
 * <p>What the process had when it was killed is found by the next call.
 */
final class Staging {
  private static final Logger LOG = LoggerFactory.getLogger(Staging.class);
  private static final int BLOCK = 4096;

  private final StagerSettings settings;
  private final ReleaseSource source;
  private final Partials partials;
  private final DiskSpace space;
  private final SlotFilling filling;

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
    this.space = space;
    this.filling = new SlotFilling(source, partials, retries, checkpoint);
  }

  /** What {@link #stage} would fetch and need; changes nothing. */
  Forecast.Download preview(StagingFolders folders, VerifiedRelease release) throws IOException {
    Optional<UsableDelta> delta = UsableDelta.smallest(folders, release, partials);
    TargetFile artifact =
        delta.map(usable -> usable.signed().target()).orElse(release.artifactTarget());
    long here = partials.length(Hashing.signedHash(artifact));
    return new Forecast.Download(
        false,
        Math.max(0, artifact.length() - here),
        release.artifact().size(),
        delta.map(usable -> usable.signed().description().from()).orElse(null),
        onDisk(release.manifest()),
        space.usable(folders.releases()),
        "");
  }

  Stager.Staged stage(StagingFolders folders, VerifiedRelease release, Stager.Listener listener)
      throws IOException {
    Manifest manifest = release.manifest();
    boolean damaged = false;
    if (folders.hasSlot(manifest.version())) {
      List<Difference> differences =
          TreeVerifier.verify(folders.slot(manifest.version()), manifest);
      if (differences.isEmpty()) {
        folders.describe(release.facts());
        removePartials(release);
        listener.log(release.name() + " is staged already");
        return new Stager.Staged(release.description(), 0);
      }
      requireNotInUse(folders, release, differences);
      listener.log(release.name() + " is damaged and staged again: " + differences.get(0));
      damaged = true;
    }
    folders.removeUnfinished();
    removeUselessPartials(release);
    try {
      requireSpace(folders, release);
    } catch (AtomicUpdatesException tooLittle) {
      boolean downloads = partials.removeOthers(Hashing.signedHash(release.artifactTarget()));
      boolean releases = listener.makeRoom();
      if (!downloads && !releases) {
        throw tooLittle;
      }
      listener.log(
          "%s were removed, as there was too little room"
              .formatted(
                  !releases
                      ? "unfinished downloads"
                      : !downloads ? "old releases" : "old releases and unfinished downloads"));
      requireSpace(folders, release);
    }
    if (damaged) {
      folders.removeSlot(manifest.version());
    }
    FetchedBytes counting = new FetchedBytes(listener);
    fetchAndUnpack(folders, release, counting);
    removePartials(release);
    return new Stager.Staged(release.description(), counting.fetched());
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

  /** By a delta where one is smaller, else, and where it cannot be used, by the full artifact. */
  private void fetchAndUnpack(
      StagingFolders folders, VerifiedRelease release, FetchedBytes listener) throws IOException {
    Optional<UsableDelta> delta = UsableDelta.smallest(folders, release, partials);
    if (delta.isPresent() && fillByDelta(folders, release, delta.get(), listener)) {
      return;
    }
    filling.fill(folders, release, unpacking(release), listener);
  }

  private SlotFilling.Unpacking unpacking(VerifiedRelease release) {
    return (tree, file, cancelled) -> {
      try (ArchiveReader archive = ArchiveReader.open(file, release.artifact().format())) {
        new TreeWriter(release.manifest(), tree, cancelled)
            .write(archive, release.artifact().prefix());
      }
    };
  }

  /**
   * Whatever is wrong with a delta, or with the files that it starts from: there is another way.
   */
  private boolean fillByDelta(
      StagingFolders folders, VerifiedRelease release, UsableDelta delta, FetchedBytes listener)
      throws IOException {
    VerifiedDelta signed = delta.signed();
    listener.log(
        "%s comes as a delta from %s: %d bytes instead of %d"
            .formatted(
                release.name(),
                signed.description().from(),
                signed.artifact().size(),
                release.artifact().size()));
    try {
      filling.fill(folders, release.carriedBy(signed), delta.unpacking(release), listener);
      return true;
    } catch (RuntimeException | IOException failed) {
      if (mustStop(failed)) {
        throw failed;
      }
      LOG.debug("a delta to {} could not be used", release.name(), failed);
      listener.log(
          "the delta cannot be used, the whole release is fetched: " + failed.getMessage());
      partials.remove(Hashing.signedHash(signed.target()));
      listener.next();
      return false;
    }
  }

  private static boolean mustStop(Exception failed) {
    return Thread.currentThread().isInterrupted()
        || failed instanceof AtomicUpdatesException known
            && known.code() == ErrorCode.ERROR_CODE_DOWNLOAD_CANCELLED;
  }

  /** A process that was killed after the slot had its name left the download. */
  private void removePartials(VerifiedRelease release) throws IOException {
    partials.remove(Hashing.signedHash(release.artifactTarget()));
    for (VerifiedDelta delta : release.deltas()) {
      partials.remove(Hashing.signedHash(delta.target()));
    }
  }
}
