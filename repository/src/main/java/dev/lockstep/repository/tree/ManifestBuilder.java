package dev.lockstep.repository.tree;

import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.release.Manifest.Entry;
import dev.lockstep.protocol.release.Manifest.Type;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.tuf.metadata.Hashes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Collects the entries of a tree in any order and makes its manifest.
 *
 * <p>A folder that is named twice counts once, with the mode named last; anything else that is
 * named twice is refused. Folders that are not named are 0755. A missing VERSION is added, one with
 * another version is refused.
 */
final class ManifestBuilder {
  static final int DIRECTORY_MODE = 0755;
  static final int FILE_MODE = 0644;

  /** A VERSION file is one line; no longer one is read. */
  static final int MOST_VERSION_BYTES = 1024;

  private final String component;
  private final ReleaseVersion version;
  private final TreeMap<String, Entry> entries = new TreeMap<>();

  ManifestBuilder(String component, ReleaseVersion version) {
    this.component = component;
    this.version = version;
  }

  void directory(String path, int mode) {
    Entry known = entries.get(path);
    if (known != null && known.type() == Type.DIRECTORY) {
      entries.put(path, Entry.directory(path, permissions(path, mode)));
    } else {
      add(Entry.directory(path, permissions(path, mode)));
    }
  }

  void file(String path, int mode, long size, String sha256) {
    add(Entry.file(path, permissions(path, mode), size, sha256));
  }

  void link(String path, String target) {
    add(Entry.link(path, target));
  }

  private void add(Entry entry) {
    if (entries.size() >= Manifest.MAX_ENTRIES) {
      throw new UnfitTreeException("it has more than " + Manifest.MAX_ENTRIES + " entries");
    }
    if (entries.putIfAbsent(entry.path(), entry) != null) {
      throw new UnfitTreeException("it has \"" + entry.path() + "\" twice");
    }
  }

  private static int permissions(String path, int mode) {
    if ((mode & 07000) != 0) {
      throw new UnfitTreeException("\"" + path + "\" is setuid, setgid or sticky");
    }
    return mode & 0777;
  }

  /** Whether a path's content is to be given to {@link #checkVersion}. */
  static boolean isVersionFile(String path) {
    return path.equals(Manifest.VERSION_FILE);
  }

  /** Refuses a VERSION file that names another version. */
  void checkVersion(byte[] content) {
    String named = new String(content, StandardCharsets.UTF_8).strip();
    if (!named.equals(version.toString())) {
      String shown = named.length() > 40 ? named.substring(0, 40) + "…" : named;
      throw new UnfitTreeException(
          "its file VERSION says \"%s\", not %s".formatted(shown, version));
    }
  }

  /** What VERSION contains where the tree has none. */
  byte[] versionContent() {
    return (version + "\n").getBytes(StandardCharsets.UTF_8);
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  Manifest build() {
    if (!entries.containsKey(Manifest.VERSION_FILE)) {
      byte[] content = versionContent();
      file(Manifest.VERSION_FILE, FILE_MODE, content.length, Hashes.hex("sha256", content));
    }
    for (String path : List.copyOf(entries.keySet())) {
      for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
        String parent = path.substring(0, slash);
        entries.putIfAbsent(parent, Entry.directory(parent, DIRECTORY_MODE));
      }
    }
    return new Manifest(component, version, new ArrayList<>(entries.values()));
  }
}
