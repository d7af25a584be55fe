package dev.lockstep.repository;

import dev.lockstep.protocol.release.MalformedReleaseException;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseDescription.Artifact;
import dev.lockstep.protocol.release.ReleaseJson;
import dev.lockstep.repository.tree.PreparedRelease;
import dev.lockstep.repository.tree.ReleasePreparer;
import dev.lockstep.tuf.metadata.Hashes;
import dev.lockstep.tuf.metadata.JsonObject;
import dev.lockstep.tuf.metadata.TargetDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;

/** Changes what a channel lists: each method edits a map of targets and puts content in place. */
final class ChannelEdits {
  /** A version that ends like this is, in a target's name, that of another release's platform. */
  private static final Pattern LIKE_A_PLATFORM =
      Pattern.compile(
          ".*-(linux|windows|macos|darwin|freebsd|openbsd|netbsd|android|ios|aix|solaris)"
              + "-[a-z0-9_]{1,16}");

  private final RepositoryDirectory directory;
  private final ContentFiles contents;

  ChannelEdits(RepositoryDirectory directory, ContentFiles contents) {
    this.directory = directory;
    this.contents = contents;
  }

  /** Adds a release, with the deltas that the plan asks for where it carries a tree. */
  ReleaseDescription add(
      String what,
      ReleaseSpec spec,
      ReleaseContent content,
      DeltaPlan plan,
      Map<String, TargetDescription> targets)
      throws IOException {
    requireUnambiguous(what, spec.version().toString());
    requireFree(what, spec.manifestTarget(), spec.platform(), spec.version().toString(), targets);
    if (content instanceof ReleaseContent.External external) {
      ReleaseDescription description = describe(what, () -> spec.describe(external.place()));
      list(description, ReleaseJson.storeCard(description), spec, targets);
      return description;
    }
    return carry(what, spec, (ReleaseContent.Carried) content, plan, targets);
  }

  private ReleaseDescription carry(
      String what,
      ReleaseSpec spec,
      ReleaseContent.Carried content,
      DeltaPlan plan,
      Map<String, TargetDescription> targets)
      throws IOException {
    Path archive = directory.incoming().resolve("artifact");
    PreparedRelease prepared = ReleasePreparer.prepare(what, spec, content, archive);
    String format = prepared.format().extension();
    ReleaseDescription full =
        describe(
            what,
            spec,
            prepared,
            List.of(
                new Artifact(
                    spec.artifactTarget(format), format, prepared.prefix(), prepared.size())));
    Deltas deltas = new Deltas(directory, contents, what, targets);
    List<ListedRelease> bases = deltas.bases(plan, full);
    contents.moveIn(archive, full.artifacts().get(0).target(), prepared.sha256());
    targets.put(
        full.artifacts().get(0).target(),
        TargetDescription.of(
            prepared.size(), Map.of("sha256", prepared.sha256()), JsonObject.EMPTY));
    List<Artifact> artifacts = new ArrayList<>(full.artifacts());
    artifacts.addAll(deltas.add(bases, full, prepared));
    ReleaseDescription description = describe(what, spec, prepared, artifacts);
    list(description, ReleaseJson.write(prepared.manifest()), spec, targets);
    return description;
  }

  private void list(
      ReleaseDescription description,
      byte[] manifest,
      ReleaseSpec spec,
      Map<String, TargetDescription> targets)
      throws IOException {
    String sha256 = Hashes.hex("sha256", manifest);
    contents.write(manifest, spec.manifestTarget(), sha256);
    targets.put(
        spec.manifestTarget(),
        TargetDescription.of(
            manifest.length, Map.of("sha256", sha256), ListedRelease.describe(description)));
  }

  private static void requireUnambiguous(String what, String version) {
    if (LIKE_A_PLATFORM.matcher(version).matches()) {
      throw new RepositoryException.Refused(
          what,
          "the version " + version + " ends like a platform",
          "give it another pre-release part, and name the platform by --platform");
    }
  }

  private static void requireFree(
      String what,
      String path,
      String platform,
      String version,
      Map<String, TargetDescription> targets) {
    TargetDescription listed = targets.get(path);
    if (listed == null) {
      return;
    }
    for (ListedRelease other : ListedRelease.read(path, listed)) {
      ReleaseDescription release = other.release();
      if (!release.version().toString().equals(version) || !release.platform().equals(platform)) {
        throw new RepositoryException.Refused(
            what,
            "its target %s is that of %s for %s"
                .formatted(path, release.version(), release.platform()),
            "give the release a version that does not end like a platform");
      }
    }
    throw new RepositoryException.Refused(
        what, "it is already published", "give the release a new version");
  }

  private static ReleaseDescription describe(
      String what, ReleaseSpec spec, PreparedRelease prepared, List<Artifact> artifacts) {
    return describe(what, () -> spec.describe(artifacts, prepared.manifest().totalSize()));
  }

  private static ReleaseDescription describe(String what, Supplier<ReleaseDescription> described) {
    try {
      return described.get();
    } catch (MalformedReleaseException unfit) {
      throw new RepositoryException.Refused(what, unfit.getMessage(), "correct it", unfit);
    }
  }

  /** Adds releases of one channel to another, with the same content. */
  List<ReleaseDescription> promote(
      String what,
      ReleaseSelection selection,
      Map<String, TargetDescription> from,
      String channel,
      OptionalInt percent,
      Map<String, TargetDescription> to)
      throws IOException {
    List<ReleaseDescription> promoted = new ArrayList<>();
    for (ListedRelease listed : ListedRelease.find(what, from, selection)) {
      ReleaseDescription release = listed.release();
      String version = release.version().toString();
      String path =
          ReleaseDescription.manifestTarget(
              channel, release.component(), version, release.platform());
      requireFree(what, path, release.platform(), version, to);
      List<String> artifacts = new ArrayList<>();
      for (String target : listed.artifactTargets()) {
        TargetDescription described = from.get(target);
        if (described == null || !target.startsWith(release.channel() + "/")) {
          throw new RepositoryException.StateUnusable(
              what, release.channel() + " does not list " + target, "publish it again");
        }
        String moved = channel + target.substring(release.channel().length());
        contents.link(what, target, described, moved);
        to.put(moved, described);
        artifacts.add(moved);
      }
      contents.link(what, listed.path(), listed.manifest(), path);
      int share = percent.orElse(listed.beforePause().orElse(release.rolloutPercent()));
      ReleaseDescription result = ListedRelease.with(release, channel, share, artifacts);
      to.put(path, listed.describedAs(result, OptionalInt.empty()));
      promoted.add(result);
    }
    return promoted;
  }

  /** Takes releases away. Their content stays for readers that are just fetching it. */
  List<ReleaseDescription> withdraw(
      String what, ReleaseSelection selection, Map<String, TargetDescription> targets) {
    List<ReleaseDescription> withdrawn = new ArrayList<>();
    for (ListedRelease listed : ListedRelease.find(what, targets, selection)) {
      targets.remove(listed.path());
      listed.artifactTargets().forEach(targets::remove);
      withdrawn.add(listed.release());
    }
    return withdrawn;
  }

  /** Sets the share of devices that are offered releases. */
  List<ReleaseDescription> rollout(
      String what,
      ReleaseSelection selection,
      Map<String, TargetDescription> targets,
      ToIntFunction<ListedRelease> percent,
      boolean pause) {
    List<ReleaseDescription> changed = new ArrayList<>();
    for (ListedRelease listed : ListedRelease.find(what, targets, selection)) {
      ReleaseDescription release = listed.release();
      ReleaseDescription result =
          ListedRelease.with(
              release, release.channel(), percent.applyAsInt(listed), listed.artifactTargets());
      OptionalInt before = pause ? OptionalInt.of(release.rolloutPercent()) : OptionalInt.empty();
      targets.put(listed.path(), listed.describedAs(result, before));
      changed.add(result);
    }
    return changed;
  }
}
