package dev.lockstep.repository;

import dev.lockstep.protocol.release.DeltaDescription;
import dev.lockstep.protocol.release.MalformedReleaseException;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.tuf.metadata.Hashes;
import dev.lockstep.tuf.metadata.JsonObject;
import dev.lockstep.tuf.metadata.TargetDescription;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A release as a channel lists it.
 *
 * @param path target path of the manifest
 * @param manifest length, hash and custom part of the manifest
 * @param release what the custom part says
 */
record ListedRelease(String path, TargetDescription manifest, ReleaseDescription release) {
  private static final long LONGEST_MANIFEST = 64L * 1024 * 1024;
  private static final String DESCRIPTION = "lockstep";

  /** Facts for the publisher; readers pass over them. */
  private static final String PUBLISHER = "lockstep-publisher";

  private static final String BEFORE_PAUSE = "rollout_before_pause";

  /** Reads a target; empty if it is not the manifest of a release. */
  static List<ListedRelease> read(String path, TargetDescription target) {
    JsonNode described = target.custom().toNode().get(DESCRIPTION);
    if (described == null) {
      return List.of();
    }
    try {
      return List.of(
          new ListedRelease(path, target, ReleaseJson.description(described.toString())));
    } catch (MalformedReleaseException malformed) {
      throw new RepositoryException.StateUnusable(
          "read the release " + path, malformed.getMessage(), "withdraw it", malformed);
    }
  }

  /**
   * The selected releases among a channel's targets.
   *
   * @throws RepositoryException.NotFound if there is none
   */
  static List<ListedRelease> find(
      String what, Map<String, TargetDescription> targets, ReleaseSelection selection) {
    String stem =
        ReleaseDescription.targetStem(
            selection.channel(),
            selection.component(),
            selection.version().toString(),
            ReleaseDescription.ANY_PLATFORM);
    List<ListedRelease> found = new ArrayList<>();
    targets.forEach(
        (path, target) -> {
          if (path.startsWith(stem)) {
            read(path, target).stream()
                .filter(listed -> selection.includes(listed.release()))
                .forEach(found::add);
          }
        });
    if (found.isEmpty()) {
      throw new RepositoryException.NotFound(
          what, "there is no " + selection, "see lockstep-repo list");
    }
    return found;
  }

  /** The share of devices that it had before its rollout was paused; empty if it is not paused. */
  OptionalInt beforePause() {
    JsonNode percent = manifest.custom().toNode().path(PUBLISHER).path(BEFORE_PAUSE);
    return percent.isInt() ? OptionalInt.of(percent.intValue()) : OptionalInt.empty();
  }

  /** The manifest's target with another description. */
  TargetDescription describedAs(ReleaseDescription other, OptionalInt beforePause) {
    ObjectNode custom = manifest.custom().toNode();
    custom.set(DESCRIPTION, describe(other).toNode().get(DESCRIPTION));
    custom.remove(PUBLISHER);
    beforePause.ifPresent(percent -> custom.putObject(PUBLISHER).put(BEFORE_PAUSE, percent));
    return new TargetDescription(
        manifest.length(), manifest.hashes(), JsonObject.of(custom), manifest.extra());
  }

  /** The custom part of a manifest's target. */
  static JsonObject describe(ReleaseDescription release) {
    return JsonObject.parse(
        JsonMapper.shared().writeValueAsString(Map.of(DESCRIPTION, ReleaseJson.toMap(release))));
  }

  /** The same release in another channel, or for another share of the devices. */
  static ReleaseDescription with(
      ReleaseDescription release, String channel, int percent, List<String> artifactTargets) {
    List<ReleaseDescription.Artifact> artifacts = new ArrayList<>();
    for (int i = 0; i < release.artifacts().size(); i++) {
      ReleaseDescription.Artifact one = release.artifacts().get(i);
      artifacts.add(
          new ReleaseDescription.Artifact(
              artifactTargets.get(i), one.format(), one.prefix(), one.size()));
    }
    return new ReleaseDescription(
        release.component(),
        release.version(),
        channel,
        release.kind(),
        release.platform(),
        release.critical(),
        release.required(),
        release.checkpoint(),
        release.provides(),
        release.requires(),
        percent,
        release.installedSize(),
        release.notes(),
        artifacts,
        release.hardware(),
        release.inStore());
  }

  /** The target paths of its artifacts. */
  List<String> artifactTargets() {
    return release.artifacts().stream().map(ReleaseDescription.Artifact::target).toList();
  }

  /** Its artifact for every device: the first that is not a delta. */
  ReleaseDescription.Artifact fullArtifact() {
    return release.artifacts().stream()
        .filter(artifact -> !artifact.format().equals(DeltaDescription.FORMAT))
        .findFirst()
        .orElseThrow();
  }

  /**
   * Its tree, checked against the signed hash.
   *
   * @throws RepositoryException.Refused if it has none, since people get it from a store
   */
  Manifest readManifest(String what, RepositoryDirectory directory) {
    if (release.inStore().isPresent()) {
      throw new RepositoryException.Refused(
          what,
          "the content of %s %s is in a store".formatted(release.component(), release.version()),
          "name a release with content");
    }
    String sha256 = manifest.hashes().get("sha256");
    Path file = directory.targetFile(path, sha256);
    try {
      if (manifest.length() > LONGEST_MANIFEST) {
        throw damaged(what, file, "is too long", null);
      }
      byte[] bytes = Files.readAllBytes(file);
      if (!Hashes.hex("sha256", bytes).equals(sha256)) {
        throw damaged(what, file, "is not the file that was signed", null);
      }
      return ReleaseJson.manifest(new ByteArrayInputStream(bytes));
    } catch (IOException unreadable) {
      throw damaged(what, file, "cannot be read", unreadable);
    }
  }

  private static RepositoryException damaged(String what, Path file, String why, Exception cause) {
    return new RepositoryException.StateUnusable(
        what, file + " " + why, "restore it from a copy", cause);
  }
}
