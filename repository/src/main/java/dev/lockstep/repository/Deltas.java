package dev.lockstep.repository;

import dev.lockstep.protocol.release.DeltaDescription;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseDescription.Artifact;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.repository.delta.DeltaPacker;
import dev.lockstep.repository.tree.ArchiveContents;
import dev.lockstep.repository.tree.ArchiveFormat;
import dev.lockstep.repository.tree.PreparedRelease;
import dev.lockstep.tuf.metadata.JsonObject;
import dev.lockstep.tuf.metadata.TargetDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** Adds deltas to a release that is being published. */
final class Deltas {
  private static final Logger LOG = LoggerFactory.getLogger(Deltas.class);

  private final RepositoryDirectory directory;
  private final ContentFiles contents;
  private final String what;
  private final Map<String, TargetDescription> targets;

  Deltas(
      RepositoryDirectory directory,
      ContentFiles contents,
      String what,
      Map<String, TargetDescription> targets) {
    this.directory = directory;
    this.contents = contents;
    this.what = what;
    this.targets = targets;
  }

  /**
   * The releases that a plan means, newest first.
   *
   * @throws RepositoryException.NotFound if one that it names is not there
   */
  List<ListedRelease> bases(DeltaPlan plan, ReleaseDescription release) {
    if (plan.equals(DeltaPlan.NONE)) {
      return List.of();
    }
    Map<ReleaseVersion, ListedRelease> bases = new LinkedHashMap<>();
    List<ListedRelease> others = others(release);
    for (ReleaseVersion version : plan.from()) {
      bases.put(
          version,
          others.stream()
              .filter(other -> other.release().version().equals(version))
              .findFirst()
              .orElseThrow(() -> missing(release, version)));
    }
    others.stream()
        .filter(other -> release.version().isNewerThan(other.release().version()))
        .limit(plan.latest())
        .forEach(other -> bases.putIfAbsent(other.release().version(), other));
    return List.copyOf(bases.values());
  }

  private RepositoryException missing(ReleaseDescription release, ReleaseVersion version) {
    return new RepositoryException.NotFound(
        what,
        "there is no %s %s for %s in %s to make a delta from"
            .formatted(release.component(), version, release.platform(), release.channel()),
        "see lockstep-repo list");
  }

  private List<ListedRelease> others(ReleaseDescription release) {
    String folder = release.channel() + "/" + release.component() + "/";
    return targets.entrySet().stream()
        .filter(target -> target.getKey().startsWith(folder))
        .flatMap(target -> ListedRelease.read(target.getKey(), target.getValue()).stream())
        .filter(other -> other.release().component().equals(release.component()))
        .filter(other -> other.release().platform().equals(release.platform()))
        .filter(other -> other.release().inStore().isEmpty())
        .sorted(Comparator.comparing((ListedRelease other) -> other.release().version()).reversed())
        .toList();
  }

  /**
   * Makes the deltas that are smaller than the full archive, which is in its place already, and
   * lists them.
   */
  List<Artifact> add(List<ListedRelease> bases, ReleaseDescription release, PreparedRelease full)
      throws IOException {
    List<Artifact> added = new ArrayList<>();
    Path file = directory.incoming().resolve("delta");
    for (ListedRelease base : bases) {
      DeltaPacker.Packed packed =
          new DeltaPacker(directory.incoming())
              .pack(
                  contents(base),
                  new ArchiveContents(
                      directory.targetFile(release.artifacts().get(0).target(), full.sha256()),
                      full.format(),
                      full.prefix(),
                      full.manifest()),
                  file);
      if (packed.size() < full.size()) {
        added.add(list(base, release, packed, file));
      } else {
        LOG.info("{}: a delta from {} would not be smaller", what, base.release().version());
        Files.delete(file);
      }
    }
    return added;
  }

  private ArchiveContents contents(ListedRelease base) {
    Artifact artifact = base.fullArtifact();
    TargetDescription described = targets.get(artifact.target());
    if (described == null) {
      throw new RepositoryException.StateUnusable(
          what, "the channel does not list " + artifact.target(), "publish it again");
    }
    return new ArchiveContents(
        directory.targetFile(artifact.target(), described.hashes().get("sha256")),
        ArchiveFormat.ofFileName("." + artifact.format()).orElseThrow(),
        artifact.prefix(),
        base.readManifest(what, directory));
  }

  private Artifact list(
      ListedRelease base, ReleaseDescription release, DeltaPacker.Packed packed, Path file)
      throws IOException {
    DeltaDescription delta =
        new DeltaDescription(base.release().version(), base.manifest().hashes().get("sha256"));
    String target = DeltaDescription.target(release, delta.from());
    contents.moveIn(file, target, packed.sha256());
    targets.put(
        target,
        TargetDescription.of(
            packed.size(),
            Map.of("sha256", packed.sha256()),
            JsonObject.parse(
                JsonMapper.shared()
                    .writeValueAsString(
                        Map.of(DeltaDescription.FIELD, ReleaseJson.toMap(delta))))));
    return new Artifact(target, DeltaDescription.FORMAT, "", packed.size());
  }
}
