package dev.lockstep.repository;

import dev.lockstep.protocol.release.MalformedReleaseException;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseDescription.Artifact;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.repository.RepositoryDirectory.CurrentMetadata;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.repository.key.Passphrases;
import dev.lockstep.repository.storage.DurableFiles;
import dev.lockstep.repository.storage.FileSystemFiles;
import dev.lockstep.repository.storage.RepositoryLock;
import dev.lockstep.repository.tree.PreparedRelease;
import dev.lockstep.repository.tree.ReleasePreparer;
import dev.lockstep.tuf.metadata.Hashes;
import dev.lockstep.tuf.metadata.JsonObject;
import dev.lockstep.tuf.metadata.TargetDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes repositories, publishes releases in them and keeps their metadata fresh.
 *
 * <p>A change is visible to readers at once or not at all: content first, then metadata, the
 * timestamp last, each file by one rename. A publisher that is killed at any instant leaves a
 * repository that every reader accepts; what it left behind is removed by the next one. One
 * publisher at a time changes a repository, others wait for it. Not for use by several threads at
 * once; open one each.
 */
public final class Publisher {
  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final RepositoryDirectory directory;
  private final DurableFiles files;
  private final MetadataWriter metadata;

  private Publisher(
      RepositoryDirectory directory,
      RepositorySettings settings,
      KeyFolder keys,
      DurableFiles files,
      Clock clock) {
    this.directory = directory;
    this.files = files;
    this.metadata = new MetadataWriter(directory, settings, keys, files, clock);
  }

  /**
   * Makes a repository with the channels stable, beta and dev. Keys that are missing are made; keys
   * that {@link KeyFolder#generate} made before are used.
   *
   * @throws RepositoryException.Refused if there already is one
   * @throws RepositoryException.StateUnusable if the folder cannot be written
   */
  public static Publisher initialize(
      Path repository, KeyFolder keys, RepositorySettings settings, Clock clock) {
    return initialize(repository, keys, settings, clock, new FileSystemFiles());
  }

  static Publisher initialize(
      Path repository,
      KeyFolder keys,
      RepositorySettings settings,
      Clock clock,
      DurableFiles files) {
    RepositoryDirectory directory = RepositoryDirectory.at(repository);
    String what = "make the repository " + directory.folder();
    Publisher publisher = new Publisher(directory, settings, keys, files, clock);
    try {
      Files.createDirectories(directory.metadata());
      Files.createDirectories(directory.targets());
      try (RepositoryLock ignored = RepositoryLock.take(directory.lockFile(), PATIENCE)) {
        if (directory.isComplete()) {
          throw new RepositoryException.Refused(
              what, "there already is one", "name another folder, or publish in this one");
        }
        publisher.clearIncoming();
        for (String role : RepositorySettings.ROLES) {
          while (keys.publicKeys(role).size() < settings.thresholds().get(role)) {
            keys.generate(role);
          }
        }
        files.replace(
            directory.incoming().resolve("repository.json"),
            directory.settingsFile(),
            settings.toJson());
        publisher.metadata.createAll();
      }
    } catch (IOException unwritable) {
      throw unwritable(what, unwritable);
    }
    LOG.info("made the repository {}", directory.folder());
    return publisher;
  }

  /**
   * Opens a repository.
   *
   * @throws RepositoryException.NotFound if there is none
   */
  public static Publisher open(Path repository, KeyFolder keys, Clock clock) {
    return open(repository, keys, clock, new FileSystemFiles());
  }

  /** The same with plain keys in a folder. */
  public static Publisher open(Path repository, Path keys, Clock clock) {
    return open(repository, new KeyFolder(keys, Passphrases.NONE), clock);
  }

  static Publisher open(Path repository, KeyFolder keys, Clock clock, DurableFiles files) {
    RepositoryDirectory directory = RepositoryDirectory.open(repository);
    return new Publisher(directory, directory.settings(), keys, files, clock);
  }

  /** The repository, as its readers see it. */
  public RepositoryDirectory directory() {
    return directory;
  }

  /**
   * Publishes a release.
   *
   * @return what was signed
   * @throws RepositoryException.Refused if that release is already published in that channel, or
   *     its content is not fit for a release
   * @throws RepositoryException.NotFound if the content does not exist
   * @throws RepositoryException.KeyUnusable if a needed key is missing
   * @throws RepositoryException.StateUnusable if the repository cannot be read or written
   */
  public ReleaseDescription publish(ReleaseSpec spec, ReleaseContent content) {
    String what = "publish %s %s in %s".formatted(spec.component(), spec.version(), spec.channel());
    try (RepositoryLock ignored = RepositoryLock.take(directory.lockFile(), PATIENCE)) {
      clearIncoming();
      try {
        return publish(what, spec, content);
      } catch (RepositoryException | IOException failed) {
        discardIncoming(failed);
        throw failed;
      }
    } catch (IOException unwritable) {
      throw unwritable(what, unwritable);
    }
  }

  private ReleaseDescription publish(String what, ReleaseSpec spec, ReleaseContent content)
      throws IOException {
    CurrentMetadata current = directory.current();
    Map<String, TargetDescription> targets = targetsOf(current, spec);
    if (targets.containsKey(spec.manifestTarget())) {
      throw new RepositoryException.Refused(
          what, "it is already published", "give the release a new version");
    }
    Path archive = directory.incoming().resolve("artifact");
    PreparedRelease prepared = ReleasePreparer.prepare(what, spec, content, archive);
    ReleaseDescription description = describe(what, spec, prepared);
    addArtifact(description, prepared, archive, targets);
    addManifest(spec, description, prepared.manifest(), targets);
    metadata.change(current, spec.channel(), targets);
    LOG.info("published {} {} in {}", spec.component(), spec.version(), spec.channel());
    return description;
  }

  private Map<String, TargetDescription> targetsOf(CurrentMetadata current, ReleaseSpec spec) {
    if (!RepositorySettings.CHANNELS.contains(spec.channel())) {
      throw new RepositoryException.Refused(
          "publish in channel " + spec.channel(),
          "there is no such channel",
          "use one of " + RepositorySettings.CHANNELS);
    }
    return new LinkedHashMap<>(directory.channel(current, spec.channel()).role().targets());
  }

  private static ReleaseDescription describe(
      String what, ReleaseSpec spec, PreparedRelease prepared) {
    String format = prepared.format().extension();
    try {
      Artifact artifact =
          new Artifact(spec.artifactTarget(format), format, prepared.prefix(), prepared.size());
      return spec.describe(artifact, prepared.manifest().totalSize());
    } catch (MalformedReleaseException unfit) {
      throw new RepositoryException.Refused(what, unfit.getMessage(), "correct it", unfit);
    }
  }

  private void addArtifact(
      ReleaseDescription description,
      PreparedRelease prepared,
      Path archive,
      Map<String, TargetDescription> targets)
      throws IOException {
    String target = description.artifacts().get(0).target();
    moveIn(archive, directory.targetFile(target, prepared.sha256()));
    targets.put(
        target,
        TargetDescription.of(
            prepared.size(), Map.of("sha256", prepared.sha256()), JsonObject.EMPTY));
  }

  private void addManifest(
      ReleaseSpec spec,
      ReleaseDescription description,
      Manifest manifest,
      Map<String, TargetDescription> targets)
      throws IOException {
    byte[] bytes = ReleaseJson.write(manifest);
    String sha256 = Hashes.hex("sha256", bytes);
    Path temporary = directory.incoming().resolve("manifest");
    files.write(temporary, bytes);
    moveIn(temporary, directory.targetFile(spec.manifestTarget(), sha256));
    String custom =
        JsonMapper.shared().writeValueAsString(Map.of("lockstep", ReleaseJson.toMap(description)));
    targets.put(
        spec.manifestTarget(),
        TargetDescription.of(bytes.length, Map.of("sha256", sha256), JsonObject.parse(custom)));
  }

  private void moveIn(Path temporary, Path file) throws IOException {
    Path parent = file.getParent();
    if (!Files.isDirectory(parent)) {
      Files.createDirectories(parent);
      for (Path made = parent.getParent();
          made.startsWith(directory.targets());
          made = made.getParent()) {
        files.forceDirectory(made);
      }
    }
    files.moveIn(temporary, file);
  }

  /**
   * Signs snapshot and timestamp anew, so that they stay valid while nothing is published.
   *
   * @throws RepositoryException.KeyUnusable if a needed key is missing
   */
  public void refresh() {
    try (RepositoryLock ignored = RepositoryLock.take(directory.lockFile(), PATIENCE)) {
      clearIncoming();
      metadata.refresh(directory.current());
    } catch (IOException unwritable) {
      throw unwritable("refresh the repository " + directory.folder(), unwritable);
    }
  }

  /** What a killed publisher left is of no use: nothing refers to it. */
  private void clearIncoming() throws IOException {
    Files.createDirectories(directory.incoming());
    List<Path> left;
    try (Stream<Path> list = Files.list(directory.incoming())) {
      left = list.toList();
    }
    for (Path file : left) {
      files.delete(file);
    }
  }

  private void discardIncoming(Exception failed) {
    try {
      clearIncoming();
    } catch (IOException left) {
      // The next publisher removes it; what failed before is what matters.
      failed.addSuppressed(left);
    }
  }

  private static RepositoryException unwritable(String what, IOException cause) {
    return new RepositoryException.StateUnusable(
        what, cause.toString(), "check the repository's folder and its disk", cause);
  }
}
