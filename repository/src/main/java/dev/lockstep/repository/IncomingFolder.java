package dev.lockstep.repository;

import dev.lockstep.repository.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where files are written before they get their name. What a killed publisher left there is of no
 * use: nothing refers to it. Used under the repository's lock only.
 */
final class IncomingFolder {
  private final Path folder;
  private final DurableFiles files;

  IncomingFolder(Path folder, DurableFiles files) {
    this.folder = folder;
    this.files = files;
  }

  /** Makes it where it is missing, and removes what is left in it. */
  void clear() throws IOException {
    Files.createDirectories(folder);
    List<Path> left;
    try (Stream<Path> list = Files.list(folder)) {
      left = list.toList();
    }
    for (Path file : left) {
      files.delete(file);
    }
  }

  /** Clears after a failure, which stays what is told. */
  void discard(Exception failed) {
    try {
      clear();
    } catch (IOException left) {
      // The next publisher removes it; what failed before is what matters.
      failed.addSuppressed(left);
    }
  }
}
