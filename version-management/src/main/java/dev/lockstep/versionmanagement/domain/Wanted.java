package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a person named.
 *
 * @param versions component to version
 * @param devices only these; empty means all that have the component
 */
public record Wanted(Map<String, ReleaseVersion> versions, Set<String> devices) {
  /** Copies what is mutable. */
  public Wanted {
    versions = Map.copyOf(versions);
    devices = Set.copyOf(devices);
  }

  /** "backend 1.0.0, kiosk-ui 1.0.0". */
  public String inWords() {
    return new TreeMap<>(versions)
        .entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", "));
  }
}
