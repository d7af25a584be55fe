package dev.lockstep.repository;

import dev.lockstep.repository.storage.DurableFiles;
import dev.lockstep.tuf.metadata.Hashes;
import dev.lockstep.tuf.metadata.TargetDescription;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Puts the content of targets where readers fetch it. */
final class ContentFiles {
  private final RepositoryDirectory directory;
  private final DurableFiles files;

  ContentFiles(RepositoryDirectory directory, DurableFiles files) {
    this.directory = directory;
    this.files = files;
  }

  /** Moves a finished file in. */
  void moveIn(Path temporary, String target, String sha256) throws IOException {
    Path file = directory.targetFile(target, sha256);
    makeFolder(file.getParent());
    files.moveIn(temporary, file);
  }

  /** Writes a small file. */
  void write(byte[] content, String target, String sha256) throws IOException {
    Path temporary = directory.incoming().resolve("manifest");
    files.write(temporary, content);
    moveIn(temporary, target, sha256);
  }

  /**
   * Lists a target's content under a second path too, without copying it where the file system can.
   *
   * @throws RepositoryException.StateUnusable if the content is not what was signed
   */
  void link(String what, String target, TargetDescription described, String second)
      throws IOException {
    String sha256 = described.hashes().get("sha256");
    Path content = directory.targetFile(target, sha256);
    requireIntact(what, content, described);
    Path file = directory.targetFile(second, sha256);
    if (Files.isRegularFile(file)) {
      requireIntact(what, file, described);
      return;
    }
    Path temporary = directory.incoming().resolve("link-" + file.getFileName());
    files.link(content, temporary);
    makeFolder(file.getParent());
    files.moveIn(temporary, file);
  }

  private static void requireIntact(String what, Path file, TargetDescription described)
      throws IOException {
    String expected = described.hashes().get("sha256");
    try {
      if (Files.size(file) == described.length() && sha256(file).equals(expected)) {
        return;
      }
    } catch (NoSuchFileException missing) {
      throw damaged(what, file, "is missing", missing);
    }
    throw damaged(what, file, "is not the file that was signed", null);
  }

  private static RepositoryException damaged(String what, Path file, String why, Exception cause) {
    return new RepositoryException.StateUnusable(
        what, file + " " + why, "restore it from a copy", cause);
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = Hashes.digest("sha256");
    byte[] buffer = new byte[64 * 1024];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private void makeFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      for (Path made = folder.getParent();
          made.startsWith(directory.targets());
          made = made.getParent()) {
        files.forceDirectory(made);
      }
    }
  }
}
