package dev.lockstep.repository.tree;

import dev.lockstep.protocol.release.MalformedReleaseException;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.repository.ReleaseContent;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.repository.RepositoryException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Turns the content of a release into an archive and its manifest. */
public final class ReleasePreparer {
  private ReleasePreparer() {}

  /**
   * Writes the archive and computes its manifest.
   *
   * @param what is being done, for errors
   * @param archive where the archive is written; not yet durable
   * @throws RepositoryException.NotFound if the content does not exist
   * @throws RepositoryException.Refused if it is not fit for a release
   * @throws IOException if the archive cannot be written
   */
  public static PreparedRelease prepare(
      String what, ReleaseSpec spec, ReleaseContent.Carried content, Path archive)
      throws IOException {
    try {
      if (content instanceof ReleaseContent.Tree tree) {
        return pack(what, spec, tree, archive);
      }
      if (content instanceof ReleaseContent.Archive published) {
        return keep(what, spec, published, archive);
      }
      return take(what, spec, (ReleaseContent.Described) content, archive);
    } catch (MalformedReleaseException | UnfitTreeException unfit) {
      throw new RepositoryException.Refused(what, unfit.getMessage(), "change the content", unfit);
    }
  }

  private static PreparedRelease pack(
      String what, ReleaseSpec spec, ReleaseContent.Tree tree, Path archive) throws IOException {
    if (!Files.isDirectory(tree.folder())) {
      throw missing(what, "there is no folder " + tree.folder());
    }
    ManifestBuilder manifest = new ManifestBuilder(spec.component(), spec.version());
    try (HashingOutput out = open(archive)) {
      new TreePacker(tree.folder(), tree.format()).pack(out, manifest);
      out.flush();
      return new PreparedRelease(tree.format(), "", out.size(), out.sha256(), manifest.build());
    }
  }

  private static PreparedRelease keep(
      String what, ReleaseSpec spec, ReleaseContent.Archive published, Path archive)
      throws IOException {
    ArchiveFormat format =
        ArchiveFormat.ofFileName(String.valueOf(published.file().getFileName()))
            .orElseThrow(
                () ->
                    new UnfitTreeException(
                        published.file() + " is not called .tar.gz, .tgz, .tar.zst, .zip or .jar"));
    String prefix = ArchivePath.normalizedPrefix(published.prefix());
    try (HashingOutput out = copy(what, published.file(), archive)) {
      ManifestBuilder manifest = new ManifestBuilder(spec.component(), spec.version());
      // Read from the copy: what is published is what was looked at.
      new ArchiveScan(archive, format, prefix).into(manifest);
      return new PreparedRelease(format, prefix, out.size(), out.sha256(), manifest.build());
    }
  }

  private static PreparedRelease take(
      String what, ReleaseSpec spec, ReleaseContent.Described described, Path archive)
      throws IOException {
    Manifest manifest = described.manifest();
    if (!manifest.component().equals(spec.component())
        || !manifest.version().equals(spec.version())) {
      throw new UnfitTreeException(
          "the manifest is that of %s %s".formatted(manifest.component(), manifest.version()));
    }
    String prefix = ArchivePath.normalizedPrefix(described.prefix());
    try (HashingOutput out = copy(what, described.file(), archive)) {
      return new PreparedRelease(described.format(), prefix, out.size(), out.sha256(), manifest);
    }
  }

  private static HashingOutput copy(String what, Path from, Path to) throws IOException {
    if (!Files.isRegularFile(from)) {
      throw missing(what, "there is no file " + from);
    }
    try (HashingOutput out = open(to)) {
      Files.copy(from, out);
      return out;
    }
  }

  private static HashingOutput open(Path archive) throws IOException {
    OutputStream file = Files.newOutputStream(archive);
    return new HashingOutput(new BufferedOutputStream(file, 1 << 16));
  }

  private static RepositoryException missing(String what, String why) {
    return new RepositoryException.NotFound(what, why, "name one that exists");
  }
}
