package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The versions that one component could go to, highest first, looking at that component alone:
 * channel, kind, platform, rollout share, skips, failures, and releases that must not be passed
 * over.
 */
final class Candidates {
  private final String channel;
  private final Exclusions exclusions;
  private final List<ComponentOnDevice> sites;
  private final List<Withheld> withheld = new ArrayList<>();

  Candidates(String channel, Exclusions exclusions, List<ComponentOnDevice> sites) {
    this.channel = channel;
    this.exclusions = exclusions;
    this.sites = sites.stream().filter(ComponentOnDevice::installable).toList();
  }

  /** Finds them among the component's releases. */
  List<Candidate> among(List<Release> releases) {
    Map<ReleaseVersion, List<Release>> byVersion =
        new TreeMap<>(Comparator.<ReleaseVersion>reverseOrder());
    releases.stream()
        .filter(release -> release.description().channel().equals(channel))
        .forEach(
            release ->
                byVersion.computeIfAbsent(release.version(), v -> new ArrayList<>()).add(release));
    List<Candidate> found = new ArrayList<>();
    byVersion.forEach(
        (version, builds) -> candidate(version, builds, releases).ifPresent(found::add));
    return found;
  }

  /** Releases that are newer than what is somewhere and are no candidate there, with the reason. */
  List<Withheld> withheld() {
    return List.copyOf(withheld);
  }

  private Optional<Candidate> candidate(
      ReleaseVersion version, List<Release> builds, List<Release> all) {
    List<ComponentOnDevice> behind = sites.stream().filter(site -> site.isBehind(version)).toList();
    if (behind.isEmpty()) {
      return Optional.empty();
    }
    Release any = builds.get(0);
    Optional<String> against = exclusions.reason(any).or(() -> unusable(any));
    if (against.isPresent()) {
      withhold(any, against.get());
      return Optional.empty();
    }
    Map<Site, Release> assignment = new TreeMap<>();
    String reason = "";
    for (ComponentOnDevice site : behind) {
      Optional<Release> build = buildFor(site, builds);
      Optional<ReleaseVersion> first = firstStep(site, version, all);
      if (build.isEmpty()) {
        reason = "there is no build for platform \"" + site.platform() + '"';
      } else if (!RolloutShare.includes(site.site().device(), build.get())) {
        int percent = build.get().description().rolloutPercent();
        reason = "it is rolled out to %d %% of the devices so far".formatted(percent);
      } else if (first.isPresent()) {
        reason = "it is reached through %s, which comes first".formatted(first.get());
      } else {
        assignment.put(site.site(), build.get());
      }
    }
    if (assignment.isEmpty()) {
      withhold(any, reason);
      return Optional.empty();
    }
    return Optional.of(new Candidate(any.component(), version, assignment));
  }

  private static Optional<String> unusable(Release release) {
    if (!release.description().kind().equals(ReleaseDescription.TREE)) {
      return Optional.of(
          "its kind \"%s\" is not known to this Lockstep".formatted(release.description().kind()));
    }
    return release.artifact().isPresent()
        ? Optional.empty()
        : Optional.of("it has no artifact in a format that this Lockstep can read");
  }

  /** The build for exactly that platform, or the one for any. */
  private static Optional<Release> buildFor(ComponentOnDevice site, List<Release> builds) {
    return builds.stream()
        .filter(build -> build.description().fits(site.platform()))
        .min(
            Comparator.comparing(
                build -> build.description().platform().equals(ReleaseDescription.ANY_PLATFORM)));
  }

  /** The lowest release between here and there that must not be passed over. */
  private Optional<ReleaseVersion> firstStep(
      ComponentOnDevice site, ReleaseVersion goal, List<Release> all) {
    if (site.version().isEmpty()) {
      return Optional.empty();
    }
    return all.stream()
        .filter(release -> release.description().channel().equals(channel))
        .filter(Release::mustNotBePassedOver)
        .filter(release -> release.description().fits(site.platform()))
        .map(Release::version)
        .filter(site::isBehind)
        .filter(goal::isNewerThan)
        .min(Comparator.naturalOrder());
  }

  private void withhold(Release release, String reason) {
    withheld.add(new Withheld(release.component(), release.version().toString(), reason));
  }
}
