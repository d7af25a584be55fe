package dev.lockstep.repository.check;

import dev.lockstep.protocol.release.DeltaDescription;
import dev.lockstep.protocol.release.MalformedReleaseException;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.repository.RepositoryDirectory;
import dev.lockstep.repository.RepositoryException;
import dev.lockstep.repository.RepositorySettings;
import dev.lockstep.tuf.Download;
import dev.lockstep.tuf.FetchException;
import dev.lockstep.tuf.TargetFile;
import dev.lockstep.tuf.TufException;
import dev.lockstep.tuf.Updater;
import dev.lockstep.tuf.metadata.Hashes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a repository as a new device would, from the first root on, every release in every channel,
 * and looks for what its publisher should see to before it fails. Needs no keys.
 */
public final class RepositoryCheck {
  private static final long LONGEST_MANIFEST = 64L * 1024 * 1024;

  private final RepositoryDirectory directory;
  private final Clock clock;
  private final Duration soon;
  private final boolean content;
  private final List<Finding> findings = new ArrayList<>();
  private final FolderFetcher fetcher;

  /**
   * Prepares a check.
   *
   * @param soon what expires within this time is a warning
   * @param content whether the content of every target is hashed
   */
  public RepositoryCheck(
      RepositoryDirectory directory, Clock clock, Duration soon, boolean content) {
    this.directory = directory;
    this.clock = clock;
    this.soon = soon;
    this.content = content;
    this.fetcher = new FolderFetcher(directory.folder());
  }

  /**
   * Checks.
   *
   * @return failures first; empty if all is well
   */
  public List<Finding> run() {
    findings.clear();
    try {
      Updater client = client();
      client.refresh();
      Map<String, TargetFile> listed = new HashMap<>();
      for (String channel : RepositorySettings.CHANNELS) {
        client
            .targetsBelow(channel, channel + "/")
            .forEach(target -> listed.put(target.path(), target));
      }
      for (TargetFile target : listed.values()) {
        checkTarget(client, target, listed);
      }
      findings.addAll(new HouseKeeping(directory, clock.instant(), soon, listed).findings());
    } catch (TufException refused) {
      findings.add(Finding.failed(refused.code(), refused.getMessage()));
    } catch (IOException unreadable) {
      throw new RepositoryException.StateUnusable(
          "verify " + directory.folder(), unreadable.toString(), "check its disk", unreadable);
    }
    return findings.stream()
        .sorted(
            Comparator.comparing(Finding::failure)
                .reversed()
                .thenComparing(Finding::name)
                .thenComparing(Finding::message))
        .toList();
  }

  private Updater client() throws IOException {
    MemoryStore store = new MemoryStore();
    if (!Files.isRegularFile(directory.rootFile())) {
      throw FetchException.of(
          FetchException.Kind.UNREACHABLE,
          directory.rootFile().toUri(),
          "the first root is missing",
          null);
    }
    store.initializeRoot(Files.readAllBytes(directory.rootFile()));
    return new Updater(FolderFetcher.settings(), fetcher, store, clock);
  }

  private void checkTarget(Updater client, TargetFile target, Map<String, TargetFile> listed) {
    if (content && !isIntact(client, target)) {
      return;
    }
    JsonNode described = JsonMapper.shared().readTree(target.customJson()).get("lockstep");
    if (described == null) {
      return;
    }
    try {
      ReleaseDescription release = ReleaseJson.description(described.toString());
      String expected =
          ReleaseDescription.manifestTarget(
              release.channel(),
              release.component(),
              release.version().toString(),
              release.platform());
      if (!expected.equals(target.path())) {
        broken(target, "it describes " + expected);
      }
      for (ReleaseDescription.Artifact artifact : release.artifacts()) {
        TargetFile carried = listed.get(artifact.target());
        if (carried == null || carried.length() != artifact.size()) {
          broken(target, "its artifact " + artifact.target() + " is not listed as described");
        } else if (artifact.format().equals(DeltaDescription.FORMAT)) {
          JsonNode custom = JsonMapper.shared().readTree(carried.customJson());
          ReleaseJson.delta(custom.path(DeltaDescription.FIELD).toString());
        }
      }
      if (content) {
        checkManifest(client, target, release);
      }
    } catch (MalformedReleaseException | IOException malformed) {
      broken(target, malformed.getMessage());
    }
  }

  private void checkManifest(Updater client, TargetFile target, ReleaseDescription release)
      throws IOException {
    byte[] bytes = client.fetchSmall(target, LONGEST_MANIFEST);
    if (release.inStore().isPresent()) {
      if (!Arrays.equals(bytes, ReleaseJson.storeCard(release))) {
        broken(target, "it is about another store or release");
      }
      return;
    }
    Manifest manifest = ReleaseJson.manifest(new ByteArrayInputStream(bytes));
    if (!manifest.component().equals(release.component())
        || !manifest.version().equals(release.version())
        || manifest.totalSize() != release.installedSize()) {
      broken(target, "its manifest is that of another release");
    }
  }

  private void broken(TargetFile target, String why) {
    findings.add(Finding.failed("release", target.path() + ": " + why));
  }

  private boolean isIntact(Updater client, TargetFile target) {
    MessageDigest digest = Hashes.digest("sha256");
    long length = 0;
    try (Download download = fetcher.open(client.locate(target), 0)) {
      byte[] buffer = new byte[64 * 1024];
      for (int read = download.body().read(buffer);
          read >= 0;
          read = download.body().read(buffer)) {
        digest.update(buffer, 0, read);
        length += read;
      }
    } catch (FetchException | IOException missing) {
      findings.add(
          Finding.failed("content", target.path() + " cannot be read: " + missing.getMessage()));
      return false;
    }
    String sha256 = HexFormat.of().formatHex(digest.digest());
    if (length != target.length() || !sha256.equals(target.hashes().get("sha256"))) {
      findings.add(Finding.failed("content", target.path() + " is not the file that was signed"));
      return false;
    }
    return true;
  }
}
