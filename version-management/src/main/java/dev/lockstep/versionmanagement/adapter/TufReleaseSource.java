package dev.lockstep.versionmanagement.adapter;

import dev.lockstep.config.Settings;
import dev.lockstep.config.SourceSettings;
import dev.lockstep.protocol.release.MalformedReleaseException;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.tuf.DirectoryMetadataStore;
import dev.lockstep.tuf.HttpFetcher;
import dev.lockstep.tuf.HttpSettings;
import dev.lockstep.tuf.TargetFile;
import dev.lockstep.tuf.TufException;
import dev.lockstep.tuf.Updater;
import dev.lockstep.tuf.UpdaterSettings;
import dev.lockstep.versionmanagement.VersionManagementException;
import dev.lockstep.versionmanagement.domain.Catalogue;
import dev.lockstep.versionmanagement.domain.Release;
import dev.lockstep.versionmanagement.domain.Withheld;
import dev.lockstep.versionmanagement.port.ReleaseSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Releases of one channel from a TUF repository: the manifest targets of the delegated role of the
 * channel's name, and of the roles that it delegates its components to. What a signed description
 * says has to agree with where it is; one that cannot be read fully is withheld, the others go on.
 */
public final class TufReleaseSource implements ReleaseSource {
  private static final String SUFFIX = ".manifest.json";
  private static final String SHA256 = "sha256";
  private static final int MAX_REASON = 300;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Supplier<Updater> opener;
  private final String channel;
  private Updater updater;

  /**
   * Reads that channel.
   *
   * @param opener opens the client at the first check, and again where that failed, so that a
   *     device without a usable root says so in its answer to a check instead of not starting
   */
  public TufReleaseSource(Supplier<Updater> opener, String channel) {
    this.opener = opener;
    this.channel = channel;
  }

  /** Reads the channel and the repository that the settings name. Nothing is opened yet. */
  public static TufReleaseSource of(Settings settings, Clock clock) {
    String channel = settings.update().channel().name().toLowerCase(Locale.ROOT);
    return new TufReleaseSource(() -> open(settings, clock), channel);
  }

  private static Updater open(Settings settings, Clock clock) {
    SourceSettings from = settings.source();
    DirectoryMetadataStore store =
        new DirectoryMetadataStore(settings.device().state().resolve("tuf").resolve("versions"));
    store.initializeRoot(root(from.rootFile()));
    Duration timeout = settings.update().downloadTimeout();
    // One attempt: whoever asked for the check is waiting for the answer, and the schedule comes
    // back soon to a source that did not give one. max_retries are for downloads.
    HttpSettings http =
        HttpSettings.defaults().withTimeouts(timeout, timeout).withPlainHttp(from.allowPlainHttp());
    return new Updater(
        UpdaterSettings.of(from.metadataUrls(), from.contentUrls()),
        new HttpFetcher(http, clock),
        store,
        clock);
  }

  private static byte[] root(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException missing) {
      throw VersionManagementException.Source.noRoot(file.toString(), missing);
    }
  }

  @Override
  public Catalogue refresh(Set<String> components) {
    try {
      if (updater == null) {
        updater = opener.get();
      }
      updater.refresh();
      if (!updater.delegates(channel)) {
        return read(updater.targetsOf(channel), Optional.empty());
      }
      // A large channel has a role per component, and only those that matter here are fetched.
      List<TargetFile> targets = new ArrayList<>();
      for (String component : new TreeSet<>(components)) {
        targets.addAll(updater.targetsBelow(channel, channel + "/" + component + "/"));
      }
      return read(targets, Optional.of(components));
    } catch (TufException failure) {
      throw SourceFailures.of(failure);
    }
  }

  private Catalogue read(List<TargetFile> targets, Optional<Set<String>> components) {
    List<Release> releases = new ArrayList<>();
    List<Withheld> unreadable = new ArrayList<>();
    for (TargetFile target : targets) {
      if (target.path().endsWith(SUFFIX)) {
        try {
          releases.add(release(target));
        } catch (MalformedReleaseException | JacksonException refused) {
          unreadable.add(withheld(target, refused.getMessage()));
        }
      }
    }
    return new Catalogue(releases, unreadable, components);
  }

  private Release release(TargetFile target) {
    JsonNode custom = JSON.readTree(target.customJson()).get("lockstep");
    if (custom == null) {
      throw new MalformedReleaseException("release description", "there is none");
    }
    ReleaseDescription description = ReleaseJson.description(custom.toString());
    String place =
        ReleaseDescription.manifestTarget(
            description.channel(),
            description.component(),
            description.version().toString(),
            description.platform());
    if (!place.equals(target.path()) || !description.channel().equals(channel)) {
      throw new MalformedReleaseException(
          "release description", "it is at " + target.path() + " and belongs to " + place);
    }
    String hash = target.hashes().get(SHA256);
    if (hash == null) {
      throw new MalformedReleaseException("manifest target", "it has no SHA-256");
    }
    return new Release(description, target.path(), hash, target.length());
  }

  /** The path is {@code channel/component/component-version….manifest.json}. */
  private static Withheld withheld(TargetFile target, String why) {
    String[] segments = target.path().split("/");
    String component = segments.length == 3 ? segments[1] : target.path();
    String name = segments[segments.length - 1];
    String stem = name.substring(0, name.length() - SUFFIX.length());
    String version =
        stem.startsWith(component + "-") ? stem.substring(component.length() + 1) : stem;
    String reason = why == null ? "" : why;
    return new Withheld(
        component,
        version,
        "its description cannot be read: "
            + reason.substring(0, Math.min(MAX_REASON, reason.length())));
  }
}
