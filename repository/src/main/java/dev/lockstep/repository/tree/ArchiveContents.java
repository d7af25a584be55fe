package dev.lockstep.repository.tree;

import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.tuf.metadata.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The files of a published archive, by what they contain.
 *
 * @param archive the file
 * @param format how it is read
 * @param prefix folder inside it that is the tree's root; empty for its root
 * @param manifest the tree that it carries
 */
public record ArchiveContents(
    Path archive, ArchiveFormat format, String prefix, Manifest manifest) {

  /**
   * Copies contents out of the archive.
   *
   * @param wanted SHA-256 of the contents, lower-case hex
   * @param folder where they go
   * @param names what the names of their files begin with; the hash follows
   * @return those that the archive really holds, in the order of their hashes
   */
  public Map<String, Path> extract(Set<String> wanted, Path folder, String names)
      throws IOException {
    Map<String, String> paths = new HashMap<>();
    for (Manifest.Entry entry : manifest.entries()) {
      if (wanted.contains(entry.sha256())) {
        paths.put(entry.path(), entry.sha256());
      }
    }
    Map<String, Path> found = new TreeMap<>();
    if (!paths.isEmpty()) {
      new ArchiveScan(archive, format, prefix)
          .files(
              (path, content) -> {
                String hash = paths.get(path);
                Path file = folder.resolve(names + hash);
                if (hash != null && !found.containsKey(hash) && copy(content, file, hash)) {
                  found.put(hash, file);
                }
              });
    }
    return found;
  }

  private static boolean copy(InputStream content, Path file, String expected) throws IOException {
    MessageDigest digest = Hashes.digest("sha256");
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
        digest.update(buffer, 0, read);
        out.write(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest()).equals(expected);
  }
}
