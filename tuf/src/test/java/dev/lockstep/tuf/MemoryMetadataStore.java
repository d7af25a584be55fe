package dev.lockstep.tuf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A store in memory, open to tests that read it or damage it. */
final class MemoryMetadataStore implements MetadataStore {
  final Map<String, byte[]> documents = new TreeMap<>();
  final Map<Long, byte[]> roots = new TreeMap<>();
  java.time.Instant lastRefresh;
  final List<String> writes = new ArrayList<>();
  final List<String> reads = new ArrayList<>();

  /** What {@link #stamp} answers; a test that changes a document behind it leaves it as it is. */
  final Map<String, String> stamps = new TreeMap<>();

  byte[] record;

  @Override
  public Lease acquire() {
    return () -> {};
  }

  @Override
  public Optional<byte[]> load(String role) {
    reads.add(role);
    return Optional.ofNullable(documents.get(role));
  }

  @Override
  public void save(String role, byte[] bytes) {
    writes.add(role);
    stamps.put(role, "written-" + writes.size());
    documents.put(role, bytes.clone());
  }

  @Override
  public void delete(String role) {
    documents.remove(role);
  }

  @Override
  public void saveRoot(long version, byte[] bytes) {
    writes.add("root");
    roots.put(version, bytes.clone());
    documents.put("root", bytes.clone());
  }

  @Override
  public List<Long> rootHistory() {
    return roots.keySet().stream().sorted(Comparator.reverseOrder()).toList();
  }

  @Override
  public Optional<byte[]> loadRoot(long version) {
    return Optional.ofNullable(roots.get(version));
  }

  @Override
  public Optional<java.time.Instant> lastRefresh() {
    return Optional.ofNullable(lastRefresh);
  }

  @Override
  public void recordRefresh(java.time.Instant time) {
    lastRefresh = time;
  }

  @Override
  public Optional<byte[]> loadRecord() {
    return Optional.ofNullable(record);
  }

  @Override
  public void saveRecord(byte[] bytes) {
    writes.add("record");
    record = bytes.clone();
  }

  @Override
  public Optional<String> stamp(String role) {
    return Optional.ofNullable(stamps.get(role));
  }

  /** The version of a stored document, read without any check. */
  long version(String role) {
    String json = new String(documents.get(role), java.nio.charset.StandardCharsets.UTF_8);
    java.util.regex.Matcher version =
        java.util.regex.Pattern.compile(
                "\"_type\":\"[a-z]+\",\"spec_version\":\"[0-9.]+\",\"version\":([0-9]+)")
            .matcher(json);
    if (!version.find()) {
      throw new AssertionError("no version in " + json);
    }
    return Long.parseLong(version.group(1));
  }
}
