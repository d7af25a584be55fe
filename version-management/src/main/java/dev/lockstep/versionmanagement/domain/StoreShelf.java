package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What people should get from a store: the newest release that is there for a component, where it
 * fits what runs now and what is offered. The same rules as for offers decide about skips, shares
 * of devices, hardware and platform.
 */
final class StoreShelf {
  private final Fit fit;
  private final Map<String, Candidate> choice;
  private final Map<String, List<ComponentOnDevice>> components;
  private final List<StoreRelease> shown = new ArrayList<>();
  private final List<Withheld> withheld = new ArrayList<>();

  /**
   * Looks beside an offer.
   *
   * @param choice what the offer is made of
   * @param components all components with where they are
   */
  StoreShelf(
      Fit fit, Map<String, Candidate> choice, Map<String, List<ComponentOnDevice>> components) {
    this.fit = fit;
    this.choice = choice;
    this.components = components;
  }

  /** Looks for one component among its releases that are in a store. */
  void add(String component, ComponentReleases inStore, Exclusions exclusions) {
    Candidates candidates = new Candidates(exclusions, components.get(component));
    Optional<ReleaseVersion> best = Optional.empty();
    List<Withheld> unfit = new ArrayList<>();
    for (Candidate candidate : candidates.among(inStore)) {
      Optional<String> against = against(candidate);
      if (against.isEmpty()) {
        best = Optional.of(candidate.version());
        show(candidate);
        break;
      }
      unfit.add(new Withheld(component, candidate.version().toString(), against.get()));
    }
    unfit.addAll(candidates.withheld());
    for (Withheld one : unfit) {
      if (best.map(ReleaseVersion.parse(one.version())::isNewerThan).orElse(true)) {
        withheld.add(one);
      }
    }
  }

  /** In the order in which components were looked for. */
  List<StoreRelease> shown() {
    return List.copyOf(shown);
  }

  /** Newer ones that are not shown. */
  List<Withheld> withheld() {
    return List.copyOf(withheld);
  }

  /** People may get it before the offer is installed, or after. */
  private Optional<String> against(Candidate candidate) {
    Map<Site, Release> assignment = new TreeMap<>(candidate.assignment());
    Candidate installed = choice.get(candidate.component());
    if (installed != null) {
      installed.assignment().forEach(assignment::putIfAbsent);
    }
    Map<String, Candidate> after = new HashMap<>(choice);
    after.put(
        candidate.component(),
        new Candidate(candidate.component(), candidate.version(), assignment, List.of()));
    return fit.violation(Map.of(candidate.component(), candidate), components.keySet())
        .or(() -> fit.violation(after, components.keySet()));
  }

  private void show(Candidate candidate) {
    Map<String, List<ComponentOnDevice>> parts = new TreeMap<>();
    for (ComponentOnDevice site : components.get(candidate.component())) {
      Release release = candidate.assignment().get(site.site());
      if (release != null) {
        String version = site.version().map(ReleaseVersion::toString).orElse("");
        parts
            .computeIfAbsent(release.manifestTarget() + ' ' + version, key -> new ArrayList<>())
            .add(site);
      }
    }
    for (List<ComponentOnDevice> part : parts.values()) {
      ComponentOnDevice first = part.get(0);
      shown.add(
          new StoreRelease(
              candidate.assignment().get(first.site()),
              first.version(),
              part.stream().map(site -> site.site().device()).toList()));
    }
  }
}
