package dev.lockstep.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A tree of a release, described in a test and written to disk. Immutable; each method gives a
 * changed copy.
 */
public final class TreeFixture {
  private final Map<String, Node> nodes;

  private TreeFixture(Map<String, Node> nodes) {
    this.nodes = nodes;
  }

  private sealed interface Node {}

  private record FileNode(byte[] content, int mode) implements Node {}

  private record DirectoryNode(int mode) implements Node {}

  private record LinkNode(String target) implements Node {}

  /** Nothing yet. */
  public static TreeFixture empty() {
    return new TreeFixture(Map.of());
  }

  /**
   * A few files as a small program has them: VERSION, an executable, a text that names component
   * and version, a file that is the same in every version, and a link.
   */
  public static TreeFixture small(String component, String version) {
    return empty()
        .file("VERSION", version + "\n")
        .executable("bin/run", "#!/bin/sh\necho " + component + " " + version + "\n")
        .file("lib/release.txt", component + " " + version + "\n")
        .file("lib/common.txt", "the same in every version\n")
        .link("lib/latest.txt", "release.txt");
  }

  /** With a file of mode 0644. */
  public TreeFixture file(String path, String content) {
    return file(path, content.getBytes(StandardCharsets.UTF_8), 0644);
  }

  /** With a file of mode 0755. */
  public TreeFixture executable(String path, String content) {
    return file(path, content.getBytes(StandardCharsets.UTF_8), 0755);
  }

  /** With a file. */
  public TreeFixture file(String path, byte[] content, int mode) {
    return with(path, new FileNode(content.clone(), mode));
  }

  /** With a file of random content that does not compress; the same seed gives the same content. */
  public TreeFixture random(String path, int size, long seed) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    return file(path, content, 0644);
  }

  /** With a folder of a given mode; other folders are 0755. */
  public TreeFixture directory(String path, int mode) {
    return with(path, new DirectoryNode(mode));
  }

  /** With a symbolic link. */
  public TreeFixture link(String path, String target) {
    return with(path, new LinkNode(target));
  }

  /** Without an entry. */
  public TreeFixture without(String path) {
    Map<String, Node> fewer = new LinkedHashMap<>(nodes);
    fewer.remove(path);
    return new TreeFixture(fewer);
  }

  private TreeFixture with(String path, Node node) {
    Map<String, Node> more = new LinkedHashMap<>(nodes);
    more.put(path, node);
    return new TreeFixture(more);
  }

  /**
   * Writes the tree.
   *
   * @param folder made where it is missing
   * @return the folder
   */
  public Path writeTo(Path folder) {
    try {
      makeFolders(folder, folder);
      for (Map.Entry<String, Node> entry : nodes.entrySet()) {
        write(folder, folder.resolve(entry.getKey()), entry.getValue());
      }
      return folder;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void write(Path root, Path path, Node node) throws IOException {
    makeFolders(root, path.getParent());
    if (node instanceof FileNode file) {
      Files.write(path, file.content());
      Files.setPosixFilePermissions(path, permissions(file.mode()));
    } else if (node instanceof DirectoryNode directory) {
      Files.createDirectories(path);
      Files.setPosixFilePermissions(path, permissions(directory.mode()));
    } else if (node instanceof LinkNode link) {
      Files.createSymbolicLink(path, Path.of(link.target()));
    }
  }

  /** Modes must not depend on the umask of whoever runs the test. */
  private static void makeFolders(Path root, Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    if (!folder.equals(root)) {
      makeFolders(root, folder.getParent());
      Files.createDirectory(folder);
      Files.setPosixFilePermissions(folder, permissions(0755));
    } else {
      Files.createDirectories(folder);
    }
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] fromHighest = {
      PosixFilePermission.OWNER_READ,
      PosixFilePermission.OWNER_WRITE,
      PosixFilePermission.OWNER_EXECUTE,
      PosixFilePermission.GROUP_READ,
      PosixFilePermission.GROUP_WRITE,
      PosixFilePermission.GROUP_EXECUTE,
      PosixFilePermission.OTHERS_READ,
      PosixFilePermission.OTHERS_WRITE,
      PosixFilePermission.OTHERS_EXECUTE
    };
    for (int bit = 0; bit < fromHighest.length; bit++) {
      if ((mode & (0400 >> bit)) != 0) {
        permissions.add(fromHighest[bit]);
      }
    }
    return permissions;
  }
}
