package dev.lockstep.protocol.release;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The tree of a release: every directory, file and link, with mode, size and hash. The content of a
 * manifest target, so signed.
 *
 * <p>Every tree has a file {@value #VERSION_FILE} with the version and a line feed. Where the
 * artifact does not carry it, the client writes it when it stages the release.
 *
 * @param component id of the component
 * @param version the release's version
 * @param entries parents before their children, sorted by path
 */
public record Manifest(String component, ReleaseVersion version, List<Entry> entries) {
  /** The file that tells which version a tree is. */
  public static final String VERSION_FILE = "VERSION";

  /** More entries than this are refused. */
  public static final int MAX_ENTRIES = 1_000_000;

  /** Files, artifacts and trees of more bytes are refused, so that sums cannot overflow. */
  public static final long MAX_SIZE = 1L << 50;

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final int MAX_PATH = 1024;

  /** Checks order, parents, links and sizes, and that the tree has a VERSION file. */
  public Manifest {
    ReleaseDescription.requireName("component", component);
    Objects.requireNonNull(version);
    entries = List.copyOf(entries);
    if (entries.size() > MAX_ENTRIES) {
      throw refused("more than " + MAX_ENTRIES + " entries");
    }
    Map<String, Entry> tree = new HashMap<>();
    String before = "";
    long total = 0;
    for (Entry entry : entries) {
      if (entry.path().compareTo(before) <= 0) {
        throw refused("entries are not sorted or not unique at \"" + entry.path() + '"');
      }
      before = entry.path();
      requireParent(tree, entry.path());
      tree.put(entry.path(), entry);
      total += entry.size();
      if (total > MAX_SIZE) {
        throw refused("files are larger than " + MAX_SIZE + " bytes together");
      }
    }
    Entry versionFile = tree.get(VERSION_FILE);
    if (versionFile == null || versionFile.type() != Type.FILE) {
      throw refused("the tree has no file " + VERSION_FILE);
    }
    LinkResolution.requireInside(tree);
  }

  private static void requireParent(Map<String, Entry> tree, String path) {
    int slash = path.lastIndexOf('/');
    Entry parent = slash < 0 ? null : tree.get(path.substring(0, slash));
    if (slash >= 0 && (parent == null || parent.type() != Type.DIRECTORY)) {
      throw refused("\"" + path + "\" is not inside a directory of the tree");
    }
  }

  /** What an entry is. */
  public enum Type {
    /** A folder. */
    DIRECTORY,
    /** A regular file. */
    FILE,
    /** A symbolic link that stays inside the tree. */
    LINK
  }

  /**
   * One entry of the tree.
   *
   * @param path relative, with '/'; no empty, "." or ".." segment
   * @param type what it is
   * @param mode permission bits, 0 to 0777; 0777 for links
   * @param size bytes of a file, 0 otherwise
   * @param sha256 lower-case hex of a file, empty otherwise
   * @param linkTarget where a link points, empty otherwise
   */
  public record Entry(
      String path, Type type, int mode, long size, String sha256, String linkTarget) {
    /** Checks that the entry is safe to act on. */
    public Entry {
      requireSafePath("path", path);
      if (mode < 0 || mode > 0777) {
        throw refused("mode of \"" + path + "\" is outside 0000 to 0777");
      }
      switch (type) {
        case FILE -> {
          if (size < 0
              || size > MAX_SIZE
              || !SHA256.matcher(sha256).matches()
              || !linkTarget.isEmpty()) {
            throw refused("file \"" + path + "\" needs a size and a SHA-256");
          }
        }
        case DIRECTORY -> {
          if (size != 0 || !sha256.isEmpty() || !linkTarget.isEmpty()) {
            throw refused("directory \"" + path + "\" has what only a file has");
          }
        }
        case LINK -> {
          if (size != 0 || !sha256.isEmpty()) {
            throw refused("link \"" + path + "\" has what only a file has");
          }
          requireLinkInside(path, linkTarget);
        }
      }
    }

    /** A folder. */
    public static Entry directory(String path, int mode) {
      return new Entry(path, Type.DIRECTORY, mode, 0, "", "");
    }

    /** A file. */
    public static Entry file(String path, int mode, long size, String sha256) {
      return new Entry(path, Type.FILE, mode, size, sha256, "");
    }

    /** A symbolic link. */
    public static Entry link(String path, String target) {
      return new Entry(path, Type.LINK, 0777, 0, "", target);
    }
  }

  /** Sum of the sizes of all files. */
  public long totalSize() {
    return entries.stream().mapToLong(Entry::size).sum();
  }

  /** Refuses a path that is not plainly inside the tree. */
  public static void requireSafePath(String what, String path) {
    if (path == null || path.isEmpty() || path.length() > MAX_PATH || path.startsWith("/")) {
      throw refused(what + " must be relative and not empty: \"" + path + '"');
    }
    for (String segment : path.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        throw refused(what + " leaves the tree: \"" + path + '"');
      }
    }
    if (!isPlainText(path) || path.indexOf('\\') >= 0) {
      throw refused(what + " has a control character or a backslash");
    }
  }

  /** Half a character has no bytes: two such names could become the same file. */
  private static boolean isPlainText(String text) {
    return text.chars().noneMatch(Character::isISOControl)
        && StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /**
   * Refuses a link whose target is absolute or, as it is written, outside the tree. Whether it
   * leaves the tree through another link is known only with the whole tree, in a {@link Manifest}.
   */
  public static void requireLinkInside(String path, String target) {
    boolean unusable = target == null || target.isEmpty() || target.length() > MAX_PATH;
    if (unusable || target.startsWith("/") || !isPlainText(target)) {
      throw refused("link \"" + path + "\" points outside the tree");
    }
    int depth = path.split("/").length - 1;
    for (String segment : target.split("/", -1)) {
      if (segment.equals("..")) {
        depth--;
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        depth++;
      }
      if (depth < 0) {
        throw refused("link \"" + path + "\" points outside the tree");
      }
    }
  }

  private static MalformedReleaseException refused(String why) {
    return new MalformedReleaseException("manifest", why);
  }
}
