package dev.lockstep.atomicupdates.staging;

import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.atomicupdates.files.DurableFiles;
import dev.lockstep.atomicupdates.files.FileTrees;
import dev.lockstep.protocol.release.MalformedReleaseException;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.protocol.version.MalformedVersionException;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** The folders of one component, as far as staging writes them. */
final class StagingFolders {
  private static final Logger LOG = LoggerFactory.getLogger(StagingFolders.class);
  private static final String UNFINISHED = ".staging-";
  private static final int OWNER_ONLY = 0700;
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final RandomGenerator RANDOM = new java.security.SecureRandom();

  private final Path component;
  private final Path releases;

  StagingFolders(Path root, String component) {
    this.component = root.resolve(component);
    this.releases = this.component.resolve("releases");
  }

  Path releases() {
    return releases;
  }

  Path slot(ReleaseVersion version) {
    return releases.resolve(version.toString());
  }

  boolean hasSlot(ReleaseVersion version) {
    return Files.exists(slot(version), LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether a slot is the active one, or the one that a revert goes back to. */
  boolean isInUse(ReleaseVersion version) throws IOException {
    for (String link : List.of("current", "previous")) {
      try {
        Path target = Files.readSymbolicLink(component.resolve(link)).getFileName();
        if (target != null && target.toString().equals(version.toString())) {
          return true;
        }
      } catch (NoSuchFileException absent) {
        // Nothing is installed yet, or nothing to go back to.
      }
    }
    return false;
  }

  /** A new folder that no slot's name can be taken for. */
  Path createUnfinished(ReleaseVersion version) throws IOException {
    DurableFiles.createFolders(releases);
    Path folder = unfinishedName(version);
    Disk.createFolder(folder);
    Modes.write(folder, OWNER_ONLY);
    return folder;
  }

  private Path unfinishedName(ReleaseVersion version) {
    byte[] random = new byte[6];
    RANDOM.nextBytes(random);
    return releases.resolve(UNFINISHED + version + "-" + HexFormat.of().formatHex(random));
  }

  /** Removes a slot; a crash in between leaves nothing that has a slot's name. */
  void removeSlot(ReleaseVersion version) throws IOException {
    Path doomed = unfinishedName(version);
    DurableFiles.rename(slot(version), doomed);
    FileTrees.delete(doomed);
  }

  /** Removes what an interrupted staging left. */
  void removeUnfinished() throws IOException {
    if (!Files.isDirectory(releases)) {
      return;
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(releases, UNFINISHED + "*")) {
      for (Path leftover : found) {
        LOG.info("removing what an interrupted staging left: {}", leftover);
        FileTrees.delete(leftover);
      }
    }
  }

  /** Keeps the facts beside the slots; writes only what is not there as it should be. */
  void describe(SlotFacts facts) throws IOException {
    ReleaseVersion version = facts.manifest().version();
    writeWhereDifferent(manifestFile(version), facts.manifestBytes());
    writeWhereDifferent(
        descriptionFile(version), JSON.writeValueAsBytes(ReleaseJson.toMap(facts.description())));
  }

  private static void writeWhereDifferent(Path file, byte[] content) throws IOException {
    if (!Files.isRegularFile(file) || !Arrays.equals(Files.readAllBytes(file), content)) {
      DurableFiles.write(file, content);
    }
  }

  /**
   * The description of a slot that still is what an earlier staging verified; empty where anything
   * is missing, unreadable or changed.
   */
  Optional<ReleaseDescription> intact(ReleaseVersion version) throws IOException {
    try (InputStream bytes = Files.newInputStream(manifestFile(version))) {
      Manifest manifest = ReleaseJson.manifest(bytes);
      ReleaseDescription description =
          ReleaseJson.description(Files.readString(descriptionFile(version)));
      boolean same =
          manifest.version().equals(version)
              && description.version().equals(version)
              && TreeVerifier.verify(slot(version), manifest).isEmpty();
      return same ? Optional.of(description) : Optional.empty();
    } catch (NoSuchFileException | MalformedReleaseException | MalformedVersionException unusable) {
      LOG.warn("slot {} cannot be checked by itself: {}", slot(version), unusable.toString());
      return Optional.empty();
    }
  }

  /**
   * The manifest by which a slot was staged, where it is the one of that hash; empty where slot or
   * manifest are not there, or another.
   */
  Optional<Manifest> manifest(ReleaseVersion version, String sha256) throws IOException {
    if (!hasSlot(version) || !Files.isRegularFile(manifestFile(version))) {
      return Optional.empty();
    }
    byte[] bytes = Files.readAllBytes(manifestFile(version));
    return HexFormat.of().formatHex(Hashing.sha256().digest(bytes)).equals(sha256)
        ? Optional.of(ReleaseJson.manifest(new ByteArrayInputStream(bytes)))
        : Optional.empty();
  }

  private Path manifestFile(ReleaseVersion version) {
    return component.resolve("manifests").resolve(version + ".json");
  }

  private Path descriptionFile(ReleaseVersion version) {
    return component.resolve("descriptions").resolve(version + ".json");
  }
}
