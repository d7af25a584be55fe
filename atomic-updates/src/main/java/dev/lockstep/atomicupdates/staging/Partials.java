package dev.lockstep.atomicupdates.staging;

import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.atomicupdates.files.DurableFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Downloads that are under way or may be resumed: {@code <sha256>.part}, nothing else. */
final class Partials {
  private static final Logger LOG = LoggerFactory.getLogger(Partials.class);
  private static final String SUFFIX = ".part";
  private static final int OWNER_ONLY = 0700;

  private final Path folder;
  private final Duration lifetime;
  private final Clock clock;

  Partials(Path folder, Duration lifetime, Clock clock) {
    this.folder = folder;
    this.lifetime = lifetime;
    this.clock = clock;
  }

  Path folder() {
    return folder;
  }

  /** Where the artifact of that hash is, or will be, fetched to. */
  Path of(String hash) {
    return folder.resolve(hash + SUFFIX);
  }

  void createFolder() throws IOException {
    if (!Files.isDirectory(folder)) {
      DurableFiles.createFolders(folder);
      Modes.write(folder, OWNER_ONLY);
    }
  }

  /** Bytes of it that are here already. */
  long length(String hash) throws IOException {
    return Files.isRegularFile(of(hash)) ? Files.size(of(hash)) : 0;
  }

  /** Whether there is any but that of one hash. */
  boolean hasOthers(String hash) throws IOException {
    return list().stream().anyMatch(file -> !file.equals(of(hash)));
  }

  /** Removes those that nobody signs any more. */
  void removeAllBut(Set<String> signedHashes) throws IOException {
    for (Path file : list()) {
      if (!signedHashes.contains(hashOf(file))) {
        remove(file);
      }
    }
  }

  /** Removes all but that of one hash; gives whether there were any. */
  boolean removeOthers(String hash) throws IOException {
    boolean any = hasOthers(hash);
    for (Path file : list()) {
      if (!file.equals(of(hash))) {
        remove(file);
      }
    }
    return any;
  }

  /** Removes those that nobody went on with for a long time. */
  void removeOld() throws IOException {
    for (Path file : list()) {
      if (Files.getLastModifiedTime(file).toInstant().isBefore(clock.instant().minus(lifetime))) {
        remove(file);
      }
    }
  }

  /** Removes one, where it is there. */
  void remove(String hash) throws IOException {
    if (Disk.deleteIfExists(of(hash))) {
      // Else a power cut may bring it back when nobody looks for it any more.
      DurableFiles.sync(folder);
    }
  }

  private void remove(Path file) throws IOException {
    LOG.info("removing a download that is not wanted any more: {}", file);
    Disk.deleteIfExists(file);
  }

  private static String hashOf(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - SUFFIX.length());
  }

  private List<Path> list() throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
        found.forEach(files::add);
      }
    }
    return files;
  }
}
