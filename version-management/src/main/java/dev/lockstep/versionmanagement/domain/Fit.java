package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.release.InStore;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.protocol.version.VersionRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whether the components of all devices fit together: every range that one requires is met by every
 * version of that API that is provided.
 *
 * <p>A component that is away counts with the version that it has and with the one that it would
 * get, since it changes later than the others. What is not met already, and is not changed, is no
 * reason against an offer: nothing gets worse.
 */
final class Fit {
  private final List<ComponentOnDevice> sites;
  private final Map<String, Set<String>> providers = new HashMap<>();
  private final Set<Unmet> unmetNow = new HashSet<>();
  private final Map<String, ComponentReleases> inStore = new HashMap<>();

  private record Unmet(Site site, String api) {}

  private record Facts(
      ComponentOnDevice there,
      Optional<ReleaseVersion> version,
      Map<String, ReleaseVersion> provides,
      Map<String, VersionRange> requires,
      boolean changed) {
    Site site() {
      return there.site();
    }
  }

  /** Knows what is there, and every release that might come; from a store, in that channel. */
  Fit(List<ComponentOnDevice> sites, Catalogue catalogue, String channel) {
    this.sites = sites;
    List<Release> releases = catalogue.releases();
    for (Release release : releases) {
      if (release.description().inStore().isPresent()) {
        inStore.computeIfAbsent(
            release.component(), one -> ComponentReleases.inStore(one, channel, catalogue));
      }
    }
    for (ComponentOnDevice site : sites) {
      site.provides().keySet().forEach(api -> provider(api, site.site().component()));
    }
    for (Release release : releases) {
      release.description().provides().keySet().forEach(api -> provider(api, release.component()));
    }
    Set<String> all = new HashSet<>();
    sites.forEach(site -> all.add(site.site().component()));
    List<Facts> now = factsAfter(Map.of());
    Map<String, Map<ReleaseVersion, Facts>> provided = provided(now);
    for (Facts facts : now) {
      facts.requires().keySet().stream()
          .filter(api -> violation(facts, api, provided, all).isPresent())
          .forEach(api -> unmetNow.add(new Unmet(facts.site(), api)));
    }
  }

  private void provider(String api, String component) {
    providers.computeIfAbsent(api, key -> new TreeSet<>()).add(component);
  }

  /**
   * The first thing that would not fit.
   *
   * @param choice component to what it goes to
   * @param decided components about which the choice is made; a range is only looked at when it is
   *     made for all that it is about
   * @return for people; empty where all fits
   */
  Optional<String> violation(Map<String, Candidate> choice, Set<String> decided) {
    List<Facts> after = factsAfter(choice);
    Map<String, Map<ReleaseVersion, Facts>> provided = provided(after);
    for (Facts facts : after) {
      if (!decided.contains(facts.site().component())) {
        continue;
      }
      for (String api : new TreeMap<>(facts.requires()).keySet()) {
        boolean asBefore = !facts.changed() && unmetNow.contains(new Unmet(facts.site(), api));
        Optional<String> violation = violation(facts, api, provided, decided);
        if (violation.isPresent() && !asBefore) {
          return violation;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> violation(
      Facts facts,
      String api,
      Map<String, Map<ReleaseVersion, Facts>> provided,
      Set<String> decided) {
    if (!decided.containsAll(providers.getOrDefault(api, Set.of()))) {
      return Optional.empty();
    }
    VersionRange range = facts.requires().get(api);
    Map<ReleaseVersion, Facts> versions = provided.getOrDefault(api, Map.of());
    if (versions.isEmpty()) {
      return Optional.of(
          "%s requires %s %s, and nothing provides it%s"
              .formatted(named(facts), api, range, store(facts)));
    }
    return versions.entrySet().stream()
        .filter(entry -> !range.contains(entry.getKey()))
        .findFirst()
        .map(
            entry ->
                "%s requires %s %s, and %s provides %s%s"
                    .formatted(
                        named(facts),
                        api,
                        range,
                        named(entry.getValue()),
                        entry.getKey(),
                        store(facts)));
  }

  /** What people can do about a component that Lockstep does not replace. */
  private String store(Facts facts) {
    ComponentReleases releases = inStore.get(facts.site().component());
    if (releases == null || facts.changed()) {
      return "";
    }
    return releases.releases().stream()
        .filter(release -> facts.there().isBehind(release.version()))
        .filter(release -> release.description().fits(facts.there().platform()))
        .max(Comparator.comparing(Release::version))
        .map(
            newest -> {
              InStore place = newest.description().inStore().orElseThrow();
              return "; %s %s is in the store at %s (minimum version %s)"
                  .formatted(
                      newest.component(), newest.version(), place.link(), place.minimumVersion());
            })
        .orElse("");
  }

  /** API to its versions, each with somebody who provides it. */
  private static Map<String, Map<ReleaseVersion, Facts>> provided(List<Facts> all) {
    Map<String, Map<ReleaseVersion, Facts>> provided = new HashMap<>();
    for (Facts facts : all) {
      facts
          .provides()
          .forEach(
              (api, version) ->
                  provided
                      .computeIfAbsent(api, key -> new TreeMap<>())
                      .putIfAbsent(version, facts));
    }
    return provided;
  }

  private List<Facts> factsAfter(Map<String, Candidate> choice) {
    List<Facts> after = new ArrayList<>();
    for (ComponentOnDevice site : sites) {
      Candidate candidate = choice.get(site.site().component());
      Release release = candidate == null ? null : candidate.assignment().get(site.site());
      if (release != null) {
        after.add(
            new Facts(
                site,
                Optional.of(release.version()),
                release.description().provides(),
                release.description().requires(),
                true));
      }
      boolean keepsOld = release == null || (site.away() && site.version().isPresent());
      if (keepsOld) {
        after.add(new Facts(site, site.version(), site.provides(), site.requires(), false));
      }
    }
    return after;
  }

  private static String named(Facts facts) {
    String version = facts.version().map(known -> " " + known).orElse("");
    return facts.site().component() + version + " on " + facts.site().device();
  }
}
