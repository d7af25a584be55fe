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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A repository's folder, read: where things are and what readers see now. Needs no keys.
 *
 * <p>Safe for use while a publisher works: everything hangs on {@code timestamp.json}, which is
 * replaced last and in one step. Thread-safe.
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
    SignedMetadata<TargetsRole> targets =
        targetsOf("targets", snapshot)
            .orElseThrow(() -> damaged("the snapshot does not list targets", null));
    return new CurrentMetadata(root, timestamp, snapshot, targets);
  }

  /** A root of the chain, by its version. */
  SignedMetadata<RootRole> root(long version) {
    return parse(version + ".root.json", RoleType.ROOT, null);
  }

  /** The metadata of a channel that belongs to a snapshot. */
  public SignedMetadata<TargetsRole> channel(CurrentMetadata current, String channel) {
    return role(current, channel);
  }

  /** The metadata of a role that {@link #targetRoles} names. */
  public SignedMetadata<TargetsRole> role(CurrentMetadata current, String role) {
    return document(current, role)
        .orElseThrow(() -> damaged("the snapshot does not list " + role, null));
  }

  /** The metadata of {@code targets} or any role below; empty if there is no such role yet. */
  Optional<SignedMetadata<TargetsRole>> document(CurrentMetadata current, String role) {
    SignedMetadata<TargetsRole> known = current.documents().get(role);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<SignedMetadata<TargetsRole>> read = targetsOf(role, current.snapshot());
    read.ifPresent(document -> current.documents().put(role, document));
    return read;
  }

  private Optional<SignedMetadata<TargetsRole>> targetsOf(
      String role, SignedMetadata<SnapshotRole> snapshot) {
    return snapshot
        .role()
        .of(role)
        .map(listed -> parse(listed.version() + "." + role + ".json", RoleType.TARGETS, listed));
  }

  /** The roles of a channel: its own, then those of components that have one. */
  public List<String> rolesOf(CurrentMetadata current, String channel) {
    List<String> roles = new ArrayList<>(List.of(channel));
    channel(current, channel).role().delegations().stream()
        .flatMap(delegations -> delegations.roles().stream())
        .forEach(role -> roles.add(role.name()));
    return List.copyOf(roles);
  }

  /** Every role that lists targets: the channels' in order, each with those of its components. */
  public List<String> targetRoles(CurrentMetadata current) {
    return RepositorySettings.CHANNELS.stream()
        .flatMap(channel -> rolesOf(current, channel).stream())
        .toList();
  }

  /** What a channel lists of a component, in its own metadata or in the component's. */
  public Map<String, TargetDescription> targets(
      CurrentMetadata current, String channel, String component) {
    Map<String, TargetDescription> targets = new LinkedHashMap<>();
    String folder = ComponentRole.folder(channel, component);
    Stream.of(channel, ComponentRole.name(channel, component))
        .flatMap(role -> document(current, role).stream())
        .flatMap(document -> document.role().targets().entrySet().stream())
        .filter(target -> target.getKey().startsWith(folder))
        .forEach(target -> targets.put(target.getKey(), target.getValue()));
    return targets;
  }

  private <R extends Role> SignedMetadata<R> parse(
      String name, RoleType<R> type, MetaFile expected) {
    byte[] bytes = bytes(metadataFile(name));
    if (expected != null && !fits(expected, bytes)) {
      throw damaged(name + " is not the file that was signed", null);
    }
    try {
      return SignedMetadata.parse(bytes, type);
    } catch (MalformedMetadataException malformed) {
      throw damaged(name + ": " + malformed.getMessage(), malformed);
    }
  }

  private static boolean fits(MetaFile expected, byte[] bytes) {
    String stated = expected.hashes().get("sha256");
    return expected.length().orElse(bytes.length) == bytes.length
        && (stated == null || stated.equals(Hashes.hex("sha256", bytes)));
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
    for (String role : targetRoles(current)) {
      Map<String, TargetDescription> targets = role(current, role).role().targets();
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
   * What readers see at one moment. Remembers the documents of roles that were read, so that each
   * is read once.
   */
  public static final class CurrentMetadata {
    private final SignedMetadata<RootRole> root;
    private final SignedMetadata<TimestampRole> timestamp;
    private final SignedMetadata<SnapshotRole> snapshot;
    private final Map<String, SignedMetadata<TargetsRole>> documents = new ConcurrentHashMap<>();

    private CurrentMetadata(
        SignedMetadata<RootRole> root,
        SignedMetadata<TimestampRole> timestamp,
        SignedMetadata<SnapshotRole> snapshot,
        SignedMetadata<TargetsRole> targets) {
      this.root = root;
      this.timestamp = timestamp;
      this.snapshot = snapshot;
      documents.put("targets", targets);
    }

    /** The newest root. */
    public SignedMetadata<RootRole> root() {
      return root;
    }

    /** It names the snapshot. */
    public SignedMetadata<TimestampRole> timestamp() {
      return timestamp;
    }

    /** It names the targets metadata of every role. */
    public SignedMetadata<SnapshotRole> snapshot() {
      return snapshot;
    }

    /** It delegates to the channels. */
    public SignedMetadata<TargetsRole> targets() {
      return documents.get("targets");
    }

    private Map<String, SignedMetadata<TargetsRole>> documents() {
      return documents;
    }
  }
}
