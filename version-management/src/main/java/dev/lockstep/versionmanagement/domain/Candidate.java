package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A version that a component could go to, with the release that each site would get; sites that
 * cannot or need not go there are left out. Where it is a step on a way, {@code then} are the
 * versions that follow, in order.
 */
record Candidate(
    String component,
    ReleaseVersion version,
    Map<Site, Release> assignment,
    List<ReleaseVersion> then) {
  Candidate {
    assignment = new TreeMap<>(assignment);
    then = List.copyOf(then);
  }
}
