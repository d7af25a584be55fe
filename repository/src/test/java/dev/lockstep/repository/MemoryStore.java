package dev.lockstep.repository;

import dev.lockstep.tuf.MetadataStore;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A device's metadata in memory, which can be copied. */
final class MemoryStore implements MetadataStore {
  private final Map<String, byte[]> documents = new TreeMap<>();
  private final Map<Long, byte[]> roots = new TreeMap<>(Comparator.reverseOrder());

  MemoryStore copy() {
    MemoryStore copy = new MemoryStore();
    copy.documents.putAll(documents);
    copy.roots.putAll(roots);
    return copy;
  }

  @Override
  public Lease acquire() {
    return () -> {};
  }

  @Override
  public Optional<byte[]> load(String role) {
    return Optional.ofNullable(documents.get(role));
  }

  @Override
  public void save(String role, byte[] bytes) {
    documents.put(role, bytes);
  }

  @Override
  public void delete(String role) {
    documents.remove(role);
  }

  @Override
  public void saveRoot(long version, byte[] bytes) {
    documents.put("root", bytes);
    roots.put(version, bytes);
  }

  @Override
  public List<Long> rootHistory() {
    return List.copyOf(roots.keySet());
  }

  @Override
  public Optional<byte[]> loadRoot(long version) {
    return Optional.ofNullable(roots.get(version));
  }
}
