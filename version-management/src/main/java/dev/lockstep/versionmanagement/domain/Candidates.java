package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The versions that one component could go to, highest first, looking at that component alone:
 * channel, kind, platform, rollout share, skips, failures, and releases that must not be passed
 * over.
 */
final class Candidates {
  private final Exclusions exclusions;
  private final List<ComponentOnDevice> sites;
  private final List<Withheld> withheld = new ArrayList<>();
  private final Set<ReleaseVersion> beyond = new TreeSet<>();

  Candidates(Exclusions exclusions, List<ComponentOnDevice> sites) {
    this.exclusions = exclusions;
    this.sites = sites.stream().filter(ComponentOnDevice::installable).toList();
  }

  /** Finds them among the component's releases. */
  List<Candidate> among(ComponentReleases releases) {
    List<Candidate> found = new ArrayList<>();
    releases
        .newestFirst()
        .forEach((version, builds) -> candidate(version, builds, releases).ifPresent(found::add));
    return found;
  }

  /** Releases that are newer than what is somewhere and are no candidate there, with the reason. */
  List<Withheld> withheld() {
    return List.copyOf(withheld);
  }

  private Optional<Candidate> candidate(
      ReleaseVersion version, List<Release> builds, ComponentReleases all) {
    List<ComponentOnDevice> behind = sites.stream().filter(site -> site.isBehind(version)).toList();
    if (behind.isEmpty()) {
      return Optional.empty();
    }
    Release any = builds.get(0);
    Optional<String> against = exclusions.reason(any).or(() -> ComponentReleases.unusable(any));
    if (against.isPresent()) {
      withhold(any, against.get());
      return Optional.empty();
    }
    Map<Site, Release> assignment = new TreeMap<>();
    String reason = "";
    for (ComponentOnDevice site : behind) {
      Optional<Release> build = ComponentReleases.buildFor(site, builds);
      Optional<ReleaseVersion> first = all.firstStep(site, version);
      if (build.isEmpty()) {
        reason = "there is no build for platform \"" + site.platform() + '"';
      } else if (!exclusions.permits(site.site(), build.get())) {
        reason = "its publisher does not release it for the hardware of " + site.site().device();
      } else if (!RolloutShare.includes(site.site().device(), build.get())) {
        int percent = build.get().description().rolloutPercent();
        reason = "it is rolled out to %d %% of the devices so far".formatted(percent);
      } else if (first.isPresent()) {
        reason = "it is reached through %s, which comes first".formatted(first.get());
        beyond.add(version);
      } else {
        assignment.put(site.site(), build.get());
      }
    }
    if (assignment.isEmpty()) {
      withhold(any, reason);
      return Optional.empty();
    }
    return Optional.of(
        new Candidate(
            any.component(), version, assignment, following(version, behind.get(0), all)));
  }

  /** The way from a version to the newest one that is only reached through it. */
  private List<ReleaseVersion> following(
      ReleaseVersion version, ComponentOnDevice site, ComponentReleases all) {
    boolean step = all.builds(version).stream().anyMatch(Release::mustNotBePassedOver);
    if (!step || beyond.isEmpty()) {
      return List.of();
    }
    ReleaseVersion goal = Collections.max(beyond);
    List<ReleaseVersion> way = new ArrayList<>(all.stepsBetween(version, goal, site));
    way.add(goal);
    return way;
  }

  private void withhold(Release release, String reason) {
    withheld.add(new Withheld(release.component(), release.version().toString(), reason));
  }
}
