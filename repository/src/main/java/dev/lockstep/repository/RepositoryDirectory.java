package dev.lockstep.repository;

import dev.lockstep.protocol.release.MalformedReleaseException;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.tuf.metadata.Hashes;
import dev.lockstep.tuf.metadata.MalformedMetadataException;
import dev.lockstep.tuf.metadata.MetaFile;
import dev.lockstep.tuf.metadata.Role;
import dev.lockstep.tuf.metadata.RoleType;
import dev.lockstep.tuf.metadata.RootRole;
import dev.lockstep.tuf.metadata.SignedMetadata;
import dev.lockstep.tuf.metadata.SnapshotRole;
import dev.lockstep.tuf.metadata.TargetDescription;
import dev.lockstep.tuf.metadata.TargetsRole;
import dev.lockstep.tuf.metadata.TimestampRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A repository's folder, read: where things are and what readers see now. Needs no keys.
 *
 * <p>Safe for use while a publisher works: everything hangs on {@code timestamp.json}, which is
 * replaced last and in one step. Thread-safe; nothing is kept in memory.
 */
public final class RepositoryDirectory {
  private static final long MOST_METADATA_BYTES = 256L * 1024 * 1024;
  private static final String READ = "read the repository ";
  private static final Comparator<ReleaseDescription> ORDER =
      Comparator.comparing(ReleaseDescription::component)
          .thenComparing(ReleaseDescription::version)
          .thenComparing(release -> RepositorySettings.CHANNELS.indexOf(release.channel()))
          .thenComparing(ReleaseDescription::platform);

  private final Path folder;

  private RepositoryDirectory(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  /**
   * Opens a repository.
   *
   * @throws RepositoryException.NotFound if there is none
   */
  public static RepositoryDirectory open(Path folder) {
    RepositoryDirectory directory = new RepositoryDirectory(folder);
    if (!directory.isComplete()) {
      throw new RepositoryException.NotFound(
          "open the repository " + directory.folder,
          "there is none",
          "name another folder or make one with lockstep-repo init");
    }
    return directory;
  }

  /** A folder that may become a repository. */
  static RepositoryDirectory at(Path folder) {
    return new RepositoryDirectory(folder);
  }

  /** Whether a first timestamp was published. */
  boolean isComplete() {
    return Files.isRegularFile(metadataFile("timestamp.json"));
  }

  /** The repository's folder. */
  public Path folder() {
    return folder;
  }

  /** Where metadata is, as served under {@code metadata/}. */
  public Path metadata() {
    return folder.resolve("metadata");
  }

  /** Where targets are, as served under {@code targets/}. */
  public Path targets() {
    return folder.resolve("targets");
  }

  /** Where files are while they are not yet complete; never served. */
  Path incoming() {
    return folder.resolve("incoming");
  }

  Path lockFile() {
    return folder.resolve("repository.lock");
  }

  Path settingsFile() {
    return folder.resolve("repository.json");
  }

  Path metadataFile(String name) {
    return metadata().resolve(name);
  }

  /** The first root: what devices are given at their installation as {@code source.root_file}. */
  public Path rootFile() {
    return metadataFile("1.root.json");
  }

  /** Where the content of a target is: {@code targets/DIR/HASH.NAME}. */
  public Path targetFile(String targetPath, String sha256) {
    int slash = targetPath.lastIndexOf('/');
    return targets()
        .resolve(targetPath.substring(0, slash + 1))
        .resolve(sha256 + "." + targetPath.substring(slash + 1));
  }

  /** The settings that the repository was made with. */
  public RepositorySettings settings() {
    return RepositorySettings.fromJson(bytes(settingsFile()));
  }

  /** The top-level metadata that readers see now; its parts fit each other. */
  public CurrentMetadata current() {
    long newest = 1;
    while (Files.isRegularFile(metadataFile((newest + 1) + ".root.json"))) {
      newest++;
    }
    SignedMetadata<RootRole> root = root(newest);
    SignedMetadata<TimestampRole> timestamp = parse("timestamp.json", RoleType.TIMESTAMP, null);
    MetaFile listed = timestamp.role().snapshot();
    SignedMetadata<SnapshotRole> snapshot =
        parse(listed.version() + ".snapshot.json", RoleType.SNAPSHOT, listed);
    return new CurrentMetadata(root, timestamp, snapshot, targetsOf("targets", snapshot));
  }

  /** A root of the chain, by its version. */
  SignedMetadata<RootRole> root(long version) {
    return parse(version + ".root.json", RoleType.ROOT, null);
  }

  /** The metadata of a channel that belongs to a snapshot. */
  public SignedMetadata<TargetsRole> channel(CurrentMetadata current, String channel) {
    return targetsOf(channel, current.snapshot());
  }

  private SignedMetadata<TargetsRole> targetsOf(
      String role, SignedMetadata<SnapshotRole> snapshot) {
    MetaFile listed =
        snapshot
            .role()
            .of(role)
            .orElseThrow(() -> damaged("the snapshot does not list " + role, null));
    return parse(listed.version() + "." + role + ".json", RoleType.TARGETS, listed);
  }

  private <R extends Role> SignedMetadata<R> parse(
      String name, RoleType<R> type, MetaFile expected) {
    byte[] bytes = bytes(metadataFile(name));
    if (expected != null && !Hashes.hex("sha256", bytes).equals(expected.hashes().get("sha256"))) {
      throw damaged(name + " is not the file that was signed", null);
    }
    try {
      return SignedMetadata.parse(bytes, type);
    } catch (MalformedMetadataException malformed) {
      throw damaged(name + ": " + malformed.getMessage(), malformed);
    }
  }

  private byte[] bytes(Path file) {
    try {
      if (Files.size(file) > MOST_METADATA_BYTES) {
        throw damaged(file + " is too long", null);
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException missing) {
      throw damaged(file + " is missing", missing);
    } catch (IOException unreadable) {
      throw damaged(unreadable.toString(), unreadable);
    }
  }

  /** All releases, by component, version, channel and platform. */
  public List<ReleaseDescription> releases() {
    CurrentMetadata current = current();
    List<ReleaseDescription> releases = new ArrayList<>();
    for (String channel : RepositorySettings.CHANNELS) {
      Map<String, TargetDescription> targets = channel(current, channel).role().targets();
      for (Map.Entry<String, TargetDescription> target : targets.entrySet()) {
        JsonNode described = target.getValue().custom().toNode().get("lockstep");
        if (described != null) {
          releases.add(describe(target.getKey(), described));
        }
      }
    }
    releases.sort(ORDER);
    return releases;
  }

  private ReleaseDescription describe(String target, JsonNode described) {
    try {
      return ReleaseJson.description(described.toString());
    } catch (MalformedReleaseException malformed) {
      throw damaged(target + ": " + malformed.getMessage(), malformed);
    }
  }

  private RepositoryException damaged(String why, Exception cause) {
    return new RepositoryException.StateUnusable(
        READ + folder, why, "restore it from a copy", cause);
  }

  /**
   * What readers see at one moment.
   *
   * @param root the newest root
   * @param timestamp names the snapshot
   * @param snapshot names the targets metadata of every role
   * @param targets delegates to the channels
   */
  public record CurrentMetadata(
      SignedMetadata<RootRole> root,
      SignedMetadata<TimestampRole> timestamp,
      SignedMetadata<SnapshotRole> snapshot,
      SignedMetadata<TargetsRole> targets) {}
}
