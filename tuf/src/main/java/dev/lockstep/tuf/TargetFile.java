package dev.lockstep.tuf;

import dev.lockstep.tuf.metadata.TargetDescription;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A target as verified metadata describes it.
 *
 * @param path the target path, for example {@code stable/backend/backend-1.1.0.tar.gz}
 * @param length bytes
 * @param hashes algorithm ({@code sha256}) to hexadecimal digest
 * @param customJson the signed {@code custom} object as JSON text; {@code {}} if there is none
 */
public record TargetFile(String path, long length, Map<String, String> hashes, String customJson) {
  public TargetFile {
    hashes = Collections.unmodifiableMap(new LinkedHashMap<>(hashes));
  }

  static TargetFile of(String path, TargetDescription description) {
    return new TargetFile(
        path, description.length(), description.hashes(), description.custom().toJson());
  }
}
