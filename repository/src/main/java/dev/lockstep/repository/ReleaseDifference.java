package dev.lockstep.repository;

import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.repository.RepositoryDirectory.CurrentMetadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * What differs between the trees of two releases, by their manifests.
 *
 * @param changes by path
 */
public record ReleaseDifference(List<Change> changes) {
  /** What became of a path. */
  public enum Kind {
    ADDED,
    REMOVED,
    /** Another content, another link target, or another kind of entry. */
    CHANGED,
    /** The same content with other permissions. */
    MODE
  }

  /**
   * One path that differs.
   *
   * @param before bytes in the one release, 0 if it is not a file there
   * @param after bytes in the other
   */
  public record Change(Kind kind, String path, long before, long after) {}

  /**
   * Compares two releases; each selection must name exactly one.
   *
   * @throws RepositoryException.NotFound if there is no such release
   * @throws RepositoryException.Refused if there are several, for several platforms
   */
  public static ReleaseDifference between(
      RepositoryDirectory directory, ReleaseSelection one, ReleaseSelection other) {
    Map<String, Manifest.Entry> before = entries(directory, one);
    Map<String, Manifest.Entry> after = entries(directory, other);
    TreeSet<String> paths = new TreeSet<>(before.keySet());
    paths.addAll(after.keySet());
    List<Change> changes = new ArrayList<>();
    for (String path : paths) {
      Manifest.Entry was = before.get(path);
      Manifest.Entry is = after.get(path);
      if (was == null) {
        changes.add(new Change(Kind.ADDED, path, 0, size(is)));
      } else if (is == null) {
        changes.add(new Change(Kind.REMOVED, path, size(was), 0));
      } else if (!was.equals(is)) {
        changes.add(new Change(kind(was, is), path, size(was), size(is)));
      }
    }
    return new ReleaseDifference(List.copyOf(changes));
  }

  private static Kind kind(Manifest.Entry was, Manifest.Entry is) {
    boolean sameContent =
        was.type() == is.type()
            && was.type() != Manifest.Type.LINK
            && Objects.equals(was.sha256(), is.sha256());
    return sameContent ? Kind.MODE : Kind.CHANGED;
  }

  private static long size(Manifest.Entry entry) {
    return entry.type() == Manifest.Type.FILE ? entry.size() : 0;
  }

  private static Map<String, Manifest.Entry> entries(
      RepositoryDirectory directory, ReleaseSelection selection) {
    String what = "compare " + selection;
    if (!RepositorySettings.CHANNELS.contains(selection.channel())) {
      throw new RepositoryException.Refused(
          what, "there is no such channel", "use one of " + RepositorySettings.CHANNELS);
    }
    CurrentMetadata current = directory.current();
    List<ListedRelease> found =
        ListedRelease.find(
            what,
            directory.targets(current, selection.channel(), selection.component()),
            selection);
    if (found.size() > 1) {
      throw new RepositoryException.Refused(
          what, "it exists for several platforms", "name one by --platform");
    }
    ListedRelease listed = found.get(0);
    Map<String, Manifest.Entry> entries = new HashMap<>();
    for (Manifest.Entry entry : listed.readManifest(what, directory).entries()) {
      entries.put(entry.path(), entry);
    }
    return entries;
  }
}
