package dev.lockstep.repository;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.repository.server.RepositoryServer;
import dev.lockstep.tuf.DirectoryMetadataStore;
import dev.lockstep.tuf.HttpFetcher;
import dev.lockstep.tuf.HttpSettings;
import dev.lockstep.tuf.TargetFile;
import dev.lockstep.tuf.Updater;
import dev.lockstep.tuf.UpdaterSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A device's view: the real TUF client, over HTTP, with its own metadata folder. */
final class ReadingClient {
  private final Updater updater;

  ReadingClient(URI server, byte[] root, Path metadata, Clock clock) {
    DirectoryMetadataStore store = new DirectoryMetadataStore(metadata);
    store.initializeRoot(root);
    this.updater =
        new Updater(
            UpdaterSettings.of(server.resolve("metadata/"), server.resolve("targets/")),
            new HttpFetcher(HttpSettings.defaults().withPlainHttp(true), clock),
            store,
            clock);
  }

  static ReadingClient of(
      RepositoryServer server, RepositoryDirectory directory, Path metadata, Clock clock)
      throws IOException {
    return new ReadingClient(
        server.url(), Files.readAllBytes(directory.rootFile()), metadata, clock);
  }

  Updater updater() {
    return updater;
  }

  /** What the client believes after a refresh. */
  List<ReleaseDescription> releases(String channel) {
    updater.refresh();
    List<ReleaseDescription> releases = new ArrayList<>();
    for (TargetFile target : updater.targetsBelow(channel, channel + "/")) {
      JsonNode custom = JsonMapper.shared().readTree(target.customJson());
      if (custom.has("lockstep")) {
        releases.add(ReleaseJson.description(custom.get("lockstep").toString()));
      }
    }
    return releases;
  }

  /** The versions of one component in a channel, as text, sorted. */
  List<String> versions(String channel, String component) {
    return releases(channel).stream()
        .filter(release -> release.component().equals(component))
        .map(release -> release.version().toString())
        .sorted()
        .toList();
  }
}
