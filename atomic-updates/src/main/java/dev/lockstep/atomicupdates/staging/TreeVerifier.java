package dev.lockstep.atomicupdates.staging;

import dev.lockstep.protocol.release.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares a tree on disk with a manifest: exactly its entries, each of the right type, mode, size
 * and hash, and nothing more. Never follows a link, never changes anything.
 *
 * <p>Modes are compared where the file system has them. Memory does not grow with the size of
 * files; the comparison ends after {@value #MAX_DIFFERENCES} differences. No state: any thread.
 */
public final class TreeVerifier {
  /** More differences than this are not looked for. */
  public static final int MAX_DIFFERENCES = 20;

  private static final int BUFFER = 128 * 1024;

  private final Path slot;
  private final Map<String, Manifest.Entry> awaited = new HashMap<>();
  private final List<Difference> differences = new ArrayList<>();
  private final byte[] buffer = new byte[BUFFER];
  private final MessageDigest digest = Hashing.sha256();

  private final boolean contents;

  private TreeVerifier(Path slot, Manifest manifest, boolean contents) {
    this.slot = slot;
    this.contents = contents;
    manifest.entries().forEach(entry -> awaited.put(entry.path(), entry));
  }

  /**
   * Compares the tree with the manifest.
   *
   * @param slot the folder that holds the tree
   * @return what differs, empty when the tree is exactly the manifest's
   * @throws UncheckedIOException if the tree cannot be read
   */
  public static List<Difference> verify(Path slot, Manifest manifest) {
    return verify(slot, manifest, true);
  }

  /**
   * The same without reading the files: for a tree whose content was hashed as it was written.
   *
   * @throws UncheckedIOException if the tree cannot be read
   */
  static List<Difference> verifyShape(Path slot, Manifest manifest) {
    return verify(slot, manifest, false);
  }

  private static List<Difference> verify(Path slot, Manifest manifest, boolean contents) {
    try {
      return new TreeVerifier(slot, manifest, contents).run();
    } catch (IOException unreadable) {
      throw new UncheckedIOException("cannot read the tree " + slot, unreadable);
    }
  }

  /** What is wrong with an entry. */
  public enum Kind {
    /** In the manifest, not on disk. */
    MISSING,
    /** On disk, not in the manifest. */
    UNEXPECTED,
    /** A file where a folder should be, and the like. */
    TYPE,
    /** Other permission bits. */
    MODE,
    /** Another size. */
    SIZE,
    /** Another content. */
    CONTENT,
    /** A link that points elsewhere. */
    LINK_TARGET
  }

  /**
   * One difference.
   *
   * @param path relative to the slot, empty for the slot itself
   * @param kind what differs
   * @param detail for people, e.g. "0755 instead of 0644"
   */
  public record Difference(String path, Kind kind, String detail) {
    @Override
    public String toString() {
      return kind + " " + (path.isEmpty() ? "." : path) + (detail.isEmpty() ? "" : ": " + detail);
    }
  }

  private List<Difference> run() throws IOException {
    if (!Files.isDirectory(slot, LinkOption.NOFOLLOW_LINKS)) {
      return List.of(new Difference("", Kind.MISSING, "there is no such folder"));
    }
    visitFolder(slot, "");
    awaited.keySet().stream()
        .sorted()
        .limit(MAX_DIFFERENCES - Math.min(differences.size(), MAX_DIFFERENCES))
        .forEach(path -> differ(path, Kind.MISSING, ""));
    return List.copyOf(differences);
  }

  private void visitFolder(Path folder, String parent) throws IOException {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
      for (Path child : children) {
        if (differences.size() >= MAX_DIFFERENCES) {
          awaited.clear();
          return;
        }
        String name = child.getFileName().toString();
        String path = parent.isEmpty() ? name : parent + "/" + name;
        Manifest.Entry entry = awaited.remove(path);
        if (entry == null) {
          differ(path, Kind.UNEXPECTED, "");
        } else {
          compare(child, entry);
        }
      }
    }
  }

  private void compare(Path file, Manifest.Entry entry) throws IOException {
    BasicFileAttributes found =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    Manifest.Type type = typeOf(found).orElse(null);
    if (type != entry.type()) {
      differ(entry.path(), Kind.TYPE, (type == null ? "special" : type) + " not " + entry.type());
      return;
    }
    if (type == Manifest.Type.LINK) {
      String target = Files.readSymbolicLink(file).toString();
      if (!target.equals(entry.linkTarget())) {
        differ(entry.path(), Kind.LINK_TARGET, target + " instead of " + entry.linkTarget());
      }
      return;
    }
    Optional<Integer> mode = Modes.read(file);
    if (mode.isPresent() && mode.get() != entry.mode()) {
      differ(entry.path(), Kind.MODE, "%04o instead of %04o".formatted(mode.get(), entry.mode()));
    }
    if (type == Manifest.Type.DIRECTORY) {
      visitFolder(file, entry.path());
    } else if (found.size() != entry.size()) {
      differ(entry.path(), Kind.SIZE, found.size() + " instead of " + entry.size());
    } else if (contents && !hash(file).equals(entry.sha256())) {
      differ(entry.path(), Kind.CONTENT, "its hash is another one");
    }
  }

  private static Optional<Manifest.Type> typeOf(BasicFileAttributes attributes) {
    if (attributes.isSymbolicLink()) {
      return Optional.of(Manifest.Type.LINK);
    }
    if (attributes.isDirectory()) {
      return Optional.of(Manifest.Type.DIRECTORY);
    }
    return attributes.isRegularFile() ? Optional.of(Manifest.Type.FILE) : Optional.empty();
  }

  private String hash(Path file) throws IOException {
    try (InputStream content = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private void differ(String path, Kind kind, String detail) {
    differences.add(new Difference(path, kind, detail));
  }
}
