package dev.lockstep.repository.tree;

import dev.lockstep.protocol.release.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Names of archive entries as paths of the tree.
 *
 * <p>The client that unpacks the archive must read the same names in the same way: "." segments and
 * a closing slash mean nothing; everything else that is not a plain relative path is refused.
 */
final class ArchivePath {
  private ArchivePath() {}

  /** The entry's path in the archive; empty for the archive's root. */
  static String normalized(String name) {
    if (name.startsWith("/")) {
      throw new UnfitTreeException("the archive has the absolute path \"" + name + '"');
    }
    String closed = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    List<String> segments = new ArrayList<>();
    for (String segment : closed.split("/", -1)) {
      if (!segment.equals(".")) {
        segments.add(segment);
      }
    }
    String path = String.join("/", segments);
    if (segments.isEmpty()) {
      return "";
    }
    if (path.indexOf('\uFFFD') >= 0) {
      throw new UnfitTreeException("the archive has a name that is not UTF-8: \"" + path + '"');
    }
    Manifest.requireSafePath("path in the archive", path);
    return path;
  }

  /** The path below the prefix; empty for the prefix itself and for everything outside it. */
  static Optional<String> below(String prefix, String path) {
    if (path.isEmpty() || prefix.isEmpty()) {
      return Optional.of(path).filter(some -> !some.isEmpty());
    }
    return path.startsWith(prefix + "/")
        ? Optional.of(path.substring(prefix.length() + 1))
        : Optional.empty();
  }

  /** A prefix as the description carries it. */
  static String normalizedPrefix(String prefix) {
    return prefix.isEmpty() ? "" : normalized(prefix);
  }
}
