package dev.lockstep.atomicupdates.lancache;

import dev.lockstep.atomicupdates.files.Disk;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the cache on the disk, and how much room they take. What was not asked for the
 * longest goes first. Thread-safe. Nothing is forced to the disk: what a power cut damages has the
 * wrong length or hash, and is fetched again by whoever verifies it.
 */
final class CacheFolder {
  private static final Logger LOG = LoggerFactory.getLogger(CacheFolder.class);
  private static final String PART = ".part";

  /** Whoever wanted one has given up by then. */
  private static final Duration PARTS_KEPT = Duration.ofDays(7);

  private record Kept(long size, Instant since) {}

  private final Path folder;
  private final long most;
  private final Clock clock;
  private final Map<String, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long total;

  /** Takes up what an earlier process kept. */
  CacheFolder(Path folder, long most, Clock clock) throws IOException {
    this.folder = folder;
    this.most = most;
    this.clock = clock;
    Disk.createFolders(folder);
    List<Path> oldestFirst = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      files.forEach(oldestFirst::add);
    }
    Map<Path, Instant> times = new LinkedHashMap<>();
    for (Path file : oldestFirst) {
      times.put(file, Files.getLastModifiedTime(file).toInstant());
    }
    oldestFirst.sort(Comparator.comparing(times::get));
    Instant oldestPart = clock.instant().minus(PARTS_KEPT);
    for (Path file : oldestFirst) {
      String name = file.getFileName().toString();
      if (name.startsWith("m-")) {
        // Its age is not known well enough.
        Disk.deleteIfExists(file);
      } else if (name.endsWith(PART) && times.get(file).isBefore(oldestPart)) {
        Disk.deleteIfExists(file);
      } else if (!name.endsWith(PART)) {
        add(name, Files.size(file), times.get(file));
      }
    }
    makeRoom();
  }

  /** The most that one file may have to be kept. */
  long most() {
    return most;
  }

  /** A file that is kept and young enough. */
  synchronized Optional<Path> find(String key, Duration maxAge) {
    Kept found = kept.get(key);
    boolean fresh = found != null && clock.instant().isBefore(found.since().plus(maxAge));
    return fresh ? Optional.of(folder.resolve(key)) : Optional.empty();
  }

  /** Where a file is written that is not whole yet; what an earlier try left may be there. */
  Path part(String key) {
    return folder.resolve(key + PART);
  }

  /** A part is whole. Gives its new place. */
  synchronized Path complete(String key) throws IOException {
    Path file = folder.resolve(key);
    Disk.rename(part(key), file);
    add(key, Files.size(file), clock.instant());
    makeRoom();
    return file;
  }

  private void add(String key, long size, Instant since) {
    Kept before = kept.put(key, new Kept(size, since));
    total += size - (before == null ? 0 : before.size());
  }

  /** Who reads a file that is removed reads it to its end. */
  private void makeRoom() {
    Iterator<Map.Entry<String, Kept>> oldest = kept.entrySet().iterator();
    while (total > most && oldest.hasNext()) {
      Map.Entry<String, Kept> entry = oldest.next();
      try {
        Disk.deleteIfExists(folder.resolve(entry.getKey()));
        total -= entry.getValue().size();
        oldest.remove();
      } catch (IOException stays) {
        LOG.warn("{} stays in the cache: {}", entry.getKey(), stays.toString());
      }
    }
  }

  /** A part is of no use. */
  void discard(String key) {
    try {
      Disk.deleteIfExists(part(key));
    } catch (IOException stays) {
      LOG.warn("a part of {} stays in the cache: {}", key, stays.toString());
    }
  }

  /** Bytes of all that is kept. */
  synchronized long total() {
    return total;
  }
}
