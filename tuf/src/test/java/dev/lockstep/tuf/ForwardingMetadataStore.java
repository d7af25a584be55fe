package dev.lockstep.tuf;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Another store, with what a test overrides. */
class ForwardingMetadataStore implements MetadataStore {
  private final MetadataStore store;

  ForwardingMetadataStore(MetadataStore store) {
    this.store = store;
  }

  @Override
  public Lease acquire() {
    return store.acquire();
  }

  @Override
  public Optional<byte[]> load(String role) {
    return store.load(role);
  }

  @Override
  public void save(String role, byte[] bytes) {
    store.save(role, bytes);
  }

  @Override
  public void delete(String role) {
    store.delete(role);
  }

  @Override
  public void saveRoot(long version, byte[] bytes) {
    store.saveRoot(version, bytes);
  }

  @Override
  public List<Long> rootHistory() {
    return store.rootHistory();
  }

  @Override
  public Optional<byte[]> loadRoot(long version) {
    return store.loadRoot(version);
  }

  @Override
  public Optional<Instant> lastRefresh() {
    return store.lastRefresh();
  }

  @Override
  public void recordRefresh(Instant time) {
    store.recordRefresh(time);
  }

  @Override
  public Optional<byte[]> loadRecord() {
    return store.loadRecord();
  }

  @Override
  public void saveRecord(byte[] bytes) {
    store.saveRecord(bytes);
  }

  @Override
  public Optional<String> stamp(String role) {
    return store.stamp(role);
  }
}
