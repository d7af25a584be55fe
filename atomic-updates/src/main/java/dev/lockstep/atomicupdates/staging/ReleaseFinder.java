package dev.lockstep.atomicupdates.staging;

import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.protocol.release.DeltaDescription;
import dev.lockstep.protocol.release.MalformedReleaseException;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.tuf.TargetFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds what was signed about a release, for this device's platform and channels.
 *
 * <p>Of an offer's hint only the channel is used, and only if this device accepts it: component,
 * version and platform come from the request and from this device.
 */
final class ReleaseFinder {
  private static final long MOST_MANIFEST_BYTES = 32L << 20;
  private static final Logger LOG = LoggerFactory.getLogger(ReleaseFinder.class);
  private static final JsonMapper JSON = JsonMapper.shared();

  private final ReleaseSource source;
  private final StagerSettings settings;

  ReleaseFinder(ReleaseSource source, StagerSettings settings) {
    this.source = source;
    this.settings = settings;
  }

  /** Refreshes the metadata, then finds and checks. Throws {@code TufException} too. */
  VerifiedRelease find(Stager.Request request) {
    source.refresh();
    String name = request.component() + " " + request.version();
    TargetFile target = findManifest(request, name);
    ReleaseDescription description = describe(name, target);
    check(request, name, target, description);
    byte[] bytes = source.fetchSmall(target, MOST_MANIFEST_BYTES);
    Manifest manifest = readManifest(name, bytes);
    if (!manifest.component().equals(description.component())
        || !manifest.version().equals(description.version())) {
      throw refused(
          name,
          "its manifest is that of %s %s".formatted(manifest.component(), manifest.version()),
          null);
    }
    ReleaseDescription.Artifact artifact = chooseArtifact(name, description);
    TargetFile artifactTarget =
        source.find(artifact.target()).orElseThrow(() -> unknown(name, artifact.target()));
    if (artifactTarget.length() != artifact.size()) {
      throw refused(
          name,
          "artifact %s has two sizes, %d and %d"
              .formatted(artifact.target(), artifactTarget.length(), artifact.size()),
          null);
    }
    return new VerifiedRelease(
        description, manifest, bytes, artifact, artifactTarget, deltas(name, description));
  }

  private TargetFile findManifest(Stager.Request request, String name) {
    for (String path : candidates(request)) {
      Optional<TargetFile> found = source.find(path);
      if (found.isPresent()) {
        return found.get();
      }
    }
    String hint = request.manifestTarget();
    if (!hint.isEmpty() && isForAnotherPlatform(request, hint)) {
      throw noArtifact(name, "there is none for " + settings.platform());
    }
    throw unknown(name, candidates(request).iterator().next());
  }

  /** Own platform before any platform; the hinted channel, otherwise the accepted ones in order. */
  private Set<String> candidates(Stager.Request request) {
    String hint = request.manifestTarget();
    String hinted = hint.substring(0, Math.max(0, hint.indexOf('/')));
    List<String> channels =
        settings.channels().contains(hinted) ? List.of(hinted) : settings.channels();
    Set<String> paths = new LinkedHashSet<>();
    for (String channel : channels) {
      for (String platform : List.of(settings.platform(), ReleaseDescription.ANY_PLATFORM)) {
        paths.add(
            ReleaseDescription.manifestTarget(
                channel, request.component(), request.version().toString(), platform));
      }
    }
    return paths;
  }

  private boolean isForAnotherPlatform(Stager.Request request, String hint) {
    return settings.channels().stream()
        .map(
            channel ->
                ReleaseDescription.targetStem(
                        channel, request.component(), request.version().toString(), "any")
                    + "-")
        .anyMatch(stem -> hint.startsWith(stem) && source.find(hint).isPresent());
  }

  private static ReleaseDescription describe(String name, TargetFile target) {
    try {
      JsonNode custom = JSON.readTree(target.customJson()).get("lockstep");
      if (custom == null) {
        throw refused(name, "target " + target.path() + " has no custom.lockstep", null);
      }
      return ReleaseJson.description(custom.toString());
    } catch (MalformedReleaseException | JacksonException malformed) {
      throw refused(name, malformed.getMessage(), malformed);
    }
  }

  private void check(
      Stager.Request request, String name, TargetFile target, ReleaseDescription description) {
    if (!description.component().equals(request.component())
        || !description.version().equals(request.version())) {
      throw refused(
          name,
          "target %s describes %s %s"
              .formatted(target.path(), description.component(), description.version()),
          null);
    }
    if (!target.path().startsWith(description.channel() + "/")) {
      throw refused(
          name,
          "target %s describes channel %s".formatted(target.path(), description.channel()),
          null);
    }
    if (!description.fits(settings.platform())) {
      throw noArtifact(
          name, "it is for %s, not %s".formatted(description.platform(), settings.platform()));
    }
    if (!description.hardware().permits(settings.facts())) {
      // What this device is stays here: the message says no more than that it does not fit.
      throw StagingFailures.refusal(
          ErrorCode.ERROR_CODE_NOT_FOR_THIS_HARDWARE,
          "cannot stage %s: its publisher does not release it for hardware like this; leave this"
                  .formatted(name)
              + " device as it is, or ask the publisher",
          null);
    }
    if (!description.kind().equals(ReleaseDescription.TREE)) {
      throw noArtifact(name, "its kind is " + description.kind() + ", which is not unpacked here");
    }
  }

  private static Manifest readManifest(String name, byte[] bytes) {
    try {
      return ReleaseJson.manifest(new ByteArrayInputStream(bytes));
    } catch (MalformedReleaseException malformed) {
      throw refused(name, malformed.getMessage(), malformed);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static ReleaseDescription.Artifact chooseArtifact(
      String name, ReleaseDescription description) {
    return description
        .artifactIn(ArchiveReader.FORMATS)
        .orElseThrow(
            () -> noArtifact(name, "none of its artifacts is one of " + ArchiveReader.FORMATS));
  }

  /** Those that can be read: a delta only saves bytes, so that it is never missed. */
  private List<VerifiedDelta> deltas(String name, ReleaseDescription description) {
    List<VerifiedDelta> deltas = new ArrayList<>();
    for (ReleaseDescription.Artifact artifact : description.artifacts()) {
      if (artifact.format().equals(DeltaDescription.FORMAT)) {
        try {
          source
              .find(artifact.target())
              .filter(target -> target.length() == artifact.size())
              .map(target -> new VerifiedDelta(artifact, target, describeDelta(target)))
              .ifPresentOrElse(
                  deltas::add,
                  () -> LOG.warn("{}: delta {} is not signed", name, artifact.target()));
        } catch (MalformedReleaseException | JacksonException unreadable) {
          LOG.warn("{}: {}: {}", name, artifact.target(), unreadable.getMessage());
        }
      }
    }
    return deltas;
  }

  private static DeltaDescription describeDelta(TargetFile target) {
    return ReleaseJson.delta(
        JSON.readTree(target.customJson()).path(DeltaDescription.FIELD).toString());
  }

  private static RuntimeException refused(String name, String why, Throwable cause) {
    return StagingFailures.refusal(
        ErrorCode.ERROR_CODE_TRUST_DESCRIPTION,
        "cannot stage %s: %s; tell its publisher".formatted(name, why),
        cause);
  }

  private static RuntimeException noArtifact(String name, String why) {
    return StagingFailures.refusal(
        ErrorCode.ERROR_CODE_NO_ARTIFACT_FOR_PLATFORM,
        "cannot stage %s: %s; publish it for this platform".formatted(name, why),
        null);
  }

  private static RuntimeException unknown(String name, String path) {
    return StagingFailures.refusal(
        ErrorCode.ERROR_CODE_TRUST_UNKNOWN_TARGET,
        "cannot stage %s: nobody signed target %s; check again for updates".formatted(name, path),
        null);
  }
}
