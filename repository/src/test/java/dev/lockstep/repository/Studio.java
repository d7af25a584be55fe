package dev.lockstep.repository;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.repository.check.FolderFetcher;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.repository.key.Passphrases;
import dev.lockstep.tuf.DirectoryMetadataStore;
import dev.lockstep.tuf.TargetFile;
import dev.lockstep.tuf.Updater;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A publisher's workplace in a folder: repository, keys, trees, and readers without a server. */
final class Studio {
  private final Path folder;
  private final Clock clock;

  Studio(Path folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  Path repository() {
    return folder.resolve("repository");
  }

  Path keysFolder() {
    return folder.resolve("keys");
  }

  KeyFolder keys() {
    return new KeyFolder(keysFolder(), Passphrases.NONE);
  }

  Studio initialize(RepositorySettings settings, KeyPlan plan) {
    Publisher.initialize(repository(), keys(), settings, plan, clock, FastFiles.immortal());
    return this;
  }

  Studio initialize() {
    return initialize(RepositorySettings.defaults(), KeyPlan.DEFAULT);
  }

  Publisher publisher() {
    return Publisher.open(repository(), keys(), clock, FastFiles.immortal());
  }

  Publisher publisherDyingAfter(int steps) {
    return Publisher.open(repository(), keys(), clock, FastFiles.dyingAfter(steps));
  }

  RepositoryDirectory directory() {
    return RepositoryDirectory.open(repository());
  }

  ReleaseContent tree(String text) throws IOException {
    Path tree = folder.resolve("trees").resolve(text);
    return ReleaseContent.tree(Files.isDirectory(tree) ? tree : Trees.small(tree, text));
  }

  /** A copy of everything, so that one preparation serves many endings. */
  Studio copyTo(Path other) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.toList()) {
        Path target = other.resolve(folder.relativize(path).toString());
        if (!Files.isDirectory(path) || !Files.isDirectory(target)) {
          Files.copy(path, target, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
    return new Studio(other, clock);
  }

  /** The files of the private keys of a role. */
  List<Path> keyFiles(String role) throws IOException {
    try (Stream<Path> all = Files.list(keysFolder())) {
      return all.filter(file -> file.getFileName().toString().startsWith(role + "."))
          .sorted()
          .toList();
    }
  }

  /** A device's view: the real client with a metadata folder of its own. */
  Updater reader(String name) throws IOException {
    return reader(name, clock);
  }

  Updater reader(String name, Clock itsClock) throws IOException {
    DirectoryMetadataStore store = new DirectoryMetadataStore(folder.resolve("reader-" + name));
    store.initializeRoot(Files.readAllBytes(directory().rootFile()));
    return new Updater(FolderFetcher.settings(), new FolderFetcher(repository()), store, itsClock);
  }

  /** The same, with what it knows in memory only. */
  Updater reader(MemoryStore store) throws IOException {
    store.initializeRoot(Files.readAllBytes(directory().rootFile()));
    return new Updater(FolderFetcher.settings(), new FolderFetcher(repository()), store, clock);
  }

  static List<ReleaseDescription> releases(Updater reader, String channel) {
    List<ReleaseDescription> releases = new ArrayList<>();
    for (TargetFile target : reader.targetsBelow(channel, channel + "/")) {
      JsonNode custom = JsonMapper.shared().readTree(target.customJson());
      if (custom.has("lockstep")) {
        releases.add(ReleaseJson.description(custom.get("lockstep").toString()));
      }
    }
    return releases;
  }

  /** Version and percent of each release in all channels, as a refreshed reader sees them. */
  static List<String> seenBy(Updater reader) {
    reader.refresh();
    List<String> seen = new ArrayList<>();
    for (String channel : RepositorySettings.CHANNELS) {
      for (ReleaseDescription one : releases(reader, channel)) {
        seen.add(channel + " " + one.version() + " " + one.rolloutPercent() + "%");
      }
    }
    seen.sort(null);
    return seen;
  }
}
