package dev.lockstep.atomicupdates.staging;

import dev.lockstep.atomicupdates.staging.ArchiveReader.Item;
import dev.lockstep.atomicupdates.staging.ArchiveReader.Kind;
import dev.lockstep.protocol.release.MalformedReleaseException;
import dev.lockstep.protocol.release.Manifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Writes the tree of a manifest from an archive. The manifest says what is written, the archive
 * only brings the content.
 *
 * <p>What is written and in which order is {@link NewTree}'s. Fails with {@code ARCHIVE_UNSAFE},
 * {@code ARCHIVE_UNREADABLE}, {@code MANIFEST_MISMATCH} or {@code DOWNLOAD_CANCELLED}; the folder
 * is then the caller's to remove.
 */
final class TreeWriter {
  private static final int CHUNK = 64 * 1024;
  private static final long MOST_BYTES_OUTSIDE_PREFIX = 1L << 30;

  private final NewTree tree;
  private final BooleanSupplier cancelled;
  private final String release;
  private final Map<String, Manifest.Entry> awaited = new LinkedHashMap<>();
  private final Map<String, Manifest.Entry> folders = new HashMap<>();

  /** A folder may come twice; the mode that comes last is the one that was signed. */
  private final Map<Manifest.Entry, Integer> folderModes = new HashMap<>();

  private final Set<String> taken = new HashSet<>();
  private final byte[] chunk = new byte[CHUNK];
  private long bytesOutside;

  /**
   * Writes into a tree that is empty.
   *
   * @param cancelled asked after every 64 KiB
   */
  TreeWriter(Manifest manifest, NewTree tree, BooleanSupplier cancelled) {
    this.tree = tree;
    this.cancelled = cancelled;
    this.release = tree.release();
    for (Manifest.Entry entry : manifest.entries()) {
      if (entry.type() == Manifest.Type.DIRECTORY) {
        folders.put(entry.path(), entry);
      } else {
        awaited.put(entry.path(), entry);
      }
    }
  }

  /**
   * Writes everything, then sets the modes.
   *
   * @param prefix folder inside the archive that is the tree's root; empty for its own root
   */
  void write(ArchiveReader archive, String prefix) throws IOException {
    tree.begin();
    int items = 0;
    for (var item = archive.next(); item.isPresent(); item = archive.next()) {
      if (++items > Manifest.MAX_ENTRIES) {
        throw StagingFailures.unsafe(release, "it has more than " + items + " entries");
      }
      take(item.get(), archive, prefix);
    }
    folderModes.forEach((entry, mode) -> compareMode(entry, OptionalInt.of(mode)));
    writeVersionWhereMissing();
    if (!awaited.isEmpty()) {
      throw StagingFailures.mismatch(
          release,
          "the archive lacks %d of its files, the first is %s"
              .formatted(awaited.size(), awaited.keySet().iterator().next()));
    }
    tree.finish();
  }

  private void take(Item item, ArchiveReader archive, String prefix) throws IOException {
    String path = inTree(safeName(item), prefix);
    if (path.isEmpty()) {
      bytesOutside += item.kind() == Kind.FILE ? item.size() : 0;
      if (bytesOutside > MOST_BYTES_OUTSIDE_PREFIX) {
        throw StagingFailures.unsafe(release, "it holds over 1 GiB that is not of the release");
      }
      requireNotCancelled();
      return;
    }
    requireHarmless(path, item);
    switch (item.kind()) {
      case FOLDER -> takeFolder(path, item);
      case LINK -> takeLink(path, item);
      default -> takeFile(path, item, archive);
    }
  }

  /**
   * The item's path in the archive, empty for its root; no name may lead out of the release (R79).
   * The publisher reads names in the same way: "." segments and a closing slash mean nothing.
   */
  private String safeName(Item item) {
    String name = item.name();
    String closed = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    List<String> segments = new ArrayList<>(List.of(closed.split("/", -1)));
    segments.removeIf("."::equals);
    if (segments.isEmpty()) {
      return "";
    }
    try {
      String path = String.join("/", segments);
      Manifest.requireSafePath("a name", path);
      return path;
    } catch (MalformedReleaseException outside) {
      throw StagingFailures.unsafe(
          release, "the name \"" + printable(name) + "\" leads out of the release");
    }
  }

  private static String printable(String name) {
    return name.substring(0, Math.min(name.length(), 80)).replaceAll("\\p{Cntrl}", "?");
  }

  /** What must never be in a release, whatever its manifest says (R79). */
  private void requireHarmless(String path, Item item) {
    if (item.kind() == Kind.SPECIAL || item.kind() == Kind.HARD_LINK) {
      throw StagingFailures.unsafe(release, path + " is neither file, folder nor symbolic link");
    }
    if (item.privileged()) {
      throw StagingFailures.unsafe(release, path + " has a setuid or setgid bit");
    }
  }

  /** The path inside the tree; empty for the tree's root, and for what is not part of it. */
  private static String inTree(String name, String prefix) {
    if (prefix.isEmpty()) {
      return name;
    }
    return name.startsWith(prefix + "/") ? name.substring(prefix.length() + 1) : "";
  }

  private void takeFolder(String path, Item item) {
    Manifest.Entry entry = folders.get(path);
    if (entry == null) {
      throw StagingFailures.mismatch(release, "folder " + path + " is not in it");
    }
    item.mode().ifPresent(mode -> folderModes.put(entry, mode));
  }

  private void takeLink(String path, Item item) {
    try {
      Manifest.requireLinkInside(path, item.linkTarget());
    } catch (MalformedReleaseException outside) {
      throw StagingFailures.unsafe(release, "link " + path + " points outside of the release");
    }
    Manifest.Entry entry = expect(path, Manifest.Type.LINK);
    if (!entry.linkTarget().equals(item.linkTarget())) {
      throw StagingFailures.mismatch(release, "link " + path + " points elsewhere");
    }
  }

  private void takeFile(String path, Item item, ArchiveReader archive) throws IOException {
    Manifest.Entry entry = expect(path, Manifest.Type.FILE);
    compareMode(entry, item.mode());
    if (item.size() != entry.size()) {
      throw StagingFailures.mismatch(
          release, "%s has %d bytes, not %d".formatted(path, item.size(), entry.size()));
    }
    try (NewTree.NewFile file = tree.create(entry)) {
      for (int read = archive.read(chunk); read >= 0; read = archive.read(chunk)) {
        requireNotCancelled();
        file.write(chunk, read);
      }
      file.finish();
    }
  }

  private Manifest.Entry expect(String path, Manifest.Type type) {
    Manifest.Entry entry = awaited.get(path);
    if (entry == null) {
      boolean twice = taken.contains(path);
      throw StagingFailures.mismatch(release, path + (twice ? " comes twice" : " is not in it"));
    }
    if (entry.type() != type) {
      throw StagingFailures.mismatch(release, path + " is a " + type + ", not a " + entry.type());
    }
    awaited.remove(path);
    taken.add(path);
    return entry;
  }

  private void compareMode(Manifest.Entry entry, OptionalInt mode) {
    if (mode.isPresent() && mode.getAsInt() != entry.mode()) {
      throw StagingFailures.mismatch(
          release,
          "%s has mode %04o, not %04o".formatted(entry.path(), mode.getAsInt(), entry.mode()));
    }
  }

  private void writeVersionWhereMissing() throws IOException {
    Manifest.Entry entry = awaited.remove(Manifest.VERSION_FILE);
    if (entry != null) {
      tree.createVersion(entry);
    }
  }

  private void requireNotCancelled() {
    if (cancelled.getAsBoolean()) {
      throw StagingFailures.cancelled(release);
    }
  }
}
