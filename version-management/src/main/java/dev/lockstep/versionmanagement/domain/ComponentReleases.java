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
 * The releases of one component in one channel, with the builds of each and the way between them.
 */
record ComponentReleases(List<Release> releases) {
  ComponentReleases {
    releases = List.copyOf(releases);
  }

  /** Those that devices install. */
  static ComponentReleases of(String component, String channel, Catalogue catalogue) {
    return of(component, channel, catalogue, false);
  }

  /** Those that people get from a store. */
  static ComponentReleases inStore(String component, String channel, Catalogue catalogue) {
    return of(component, channel, catalogue, true);
  }

  private static ComponentReleases of(
      String component, String channel, Catalogue catalogue, boolean inStore) {
    return new ComponentReleases(
        catalogue.releases().stream()
            .filter(release -> release.component().equals(component))
            .filter(release -> release.description().channel().equals(channel))
            .filter(release -> release.description().inStore().isPresent() == inStore)
            .toList());
  }

  /** The builds of each version, the newest version first. */
  Map<ReleaseVersion, List<Release>> newestFirst() {
    Map<ReleaseVersion, List<Release>> byVersion =
        new TreeMap<>(Comparator.<ReleaseVersion>reverseOrder());
    releases.forEach(
        release ->
            byVersion.computeIfAbsent(release.version(), v -> new ArrayList<>()).add(release));
    return byVersion;
  }

  /** The builds of one version; empty where it does not exist. */
  List<Release> builds(ReleaseVersion version) {
    return releases.stream().filter(release -> release.version().equals(version)).toList();
  }

  /** Of some builds the one for exactly that platform, or the one for any. */
  static Optional<Release> buildFor(ComponentOnDevice site, List<Release> builds) {
    return builds.stream()
        .filter(build -> build.description().fits(site.platform()))
        .min(
            Comparator.comparing(
                build -> build.description().platform().equals(ReleaseDescription.ANY_PLATFORM)));
  }

  /** Why no device of this Lockstep could use a release; what is in a store it only shows. */
  static Optional<String> unusable(Release release) {
    if (release.description().inStore().isPresent()) {
      return Optional.empty();
    }
    if (!release.description().kind().equals(ReleaseDescription.TREE)) {
      return Optional.of(
          "its kind \"%s\" is not known to this Lockstep".formatted(release.description().kind()));
    }
    return release.artifact().isPresent()
        ? Optional.empty()
        : Optional.of("it has no artifact in a format that this Lockstep can read");
  }

  /** The lowest release between what is at a site and the goal that must not be passed over. */
  Optional<ReleaseVersion> firstStep(ComponentOnDevice site, ReleaseVersion goal) {
    return site.version().flatMap(from -> stepsBetween(from, goal, site).stream().findFirst());
  }

  /** The releases that must not be passed over after one version and before another, in order. */
  List<ReleaseVersion> stepsBetween(
      ReleaseVersion from, ReleaseVersion goal, ComponentOnDevice site) {
    return releases.stream()
        .filter(Release::mustNotBePassedOver)
        .filter(release -> release.description().fits(site.platform()))
        .map(Release::version)
        .filter(step -> step.isNewerThan(from) && goal.isNewerThan(step))
        .distinct()
        .sorted()
        .toList();
  }
}
