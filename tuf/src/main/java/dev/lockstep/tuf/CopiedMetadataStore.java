package dev.lockstep.tuf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Begins with what the folder of a {@link DirectoryMetadataStore} holds and keeps every change to
 * itself, in memory: for trying out what a refresh would do. The folder is only read, never locked,
 * and may be written to meanwhile; it need not exist.
 */
public final class CopiedMetadataStore implements MetadataStore {
  private final Path folder;
  private final Path history;
  private final ReentrantLock one = new ReentrantLock();
  private final Map<String, Optional<byte[]>> changed = new HashMap<>();
  private final Map<Long, byte[]> roots = new HashMap<>();
  private Instant refreshed;

  /** Reads nothing yet. */
  public CopiedMetadataStore(Path folder) {
    this.folder = folder;
    this.history = folder.resolve(DirectoryMetadataStore.HISTORY);
  }

  @Override
  public Lease acquire() {
    one.lock();
    return one::unlock;
  }

  @Override
  public Optional<byte[]> load(String role) {
    return changed.containsKey(role)
        ? changed.get(role)
        : DirectoryMetadataStore.read(DirectoryMetadataStore.fileOf(folder, role));
  }

  @Override
  public void save(String role, byte[] bytes) {
    changed.put(role, Optional.of(bytes));
  }

  @Override
  public void delete(String role) {
    changed.put(role, Optional.empty());
  }

  @Override
  public void saveRoot(long version, byte[] bytes) {
    roots.put(version, bytes);
    save("root", bytes);
  }

  @Override
  public List<Long> rootHistory() {
    List<Long> before =
        Files.isDirectory(history) ? DirectoryMetadataStore.rootVersions(history) : List.<Long>of();
    return Stream.concat(roots.keySet().stream(), before.stream())
        .distinct()
        .sorted((one, other) -> Long.compare(other, one))
        .toList();
  }

  @Override
  public Optional<byte[]> loadRoot(long version) {
    byte[] own = roots.get(version);
    return own != null
        ? Optional.of(own)
        : DirectoryMetadataStore.read(DirectoryMetadataStore.rootFile(history, version));
  }

  @Override
  public Optional<Instant> lastRefresh() {
    return refreshed != null
        ? Optional.of(refreshed)
        : DirectoryMetadataStore.lastRefresh(folder.resolve(DirectoryMetadataStore.WORK));
  }

  @Override
  public void recordRefresh(Instant time) {
    refreshed = time;
  }
}
