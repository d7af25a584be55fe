package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes a choice down as an offer. */
record OfferAssembly(List<ComponentOnDevice> inventory, Catalogue catalogue) {
  /**
   * The offer.
   *
   * @param choice component to what it goes to
   * @param wanted what a person named; empty for an offer of our own
   */
  Offer of(Map<String, Candidate> choice, Optional<Wanted> wanted) {
    return Offer.of(everywhere(choice), offered(choice), wanted);
  }

  private boolean everywhere(Map<String, Candidate> choice) {
    return inventory.stream()
        .filter(site -> choice.containsKey(site.site().component()))
        .allMatch(
            site -> {
              Candidate candidate = choice.get(site.site().component());
              return candidate.assignment().containsKey(site.site())
                  || site.version().equals(Optional.of(candidate.version()));
            });
  }

  private List<OfferedRelease> offered(Map<String, Candidate> choice) {
    Map<String, Map<Part, List<String>>> parts = new TreeMap<>();
    for (ComponentOnDevice site : inventory) {
      Candidate candidate = choice.get(site.site().component());
      Release release = candidate == null ? null : candidate.assignment().get(site.site());
      if (release != null) {
        parts
            .computeIfAbsent(site.site().component(), key -> new TreeMap<>())
            .computeIfAbsent(new Part(release, site.version()), key -> new ArrayList<>())
            .add(site.site().device());
      }
    }
    List<OfferedRelease> offered = new ArrayList<>();
    parts.forEach(
        (component, byPart) ->
            byPart.forEach(
                (part, devices) ->
                    offered.add(part.offered(devices, catalogue, choice.get(component).then()))));
    return offered;
  }

  /** The same release from the same version. */
  private record Part(Release release, Optional<ReleaseVersion> from) implements Comparable<Part> {
    @Override
    public int compareTo(Part other) {
      return Comparator.comparing((Part part) -> part.release().manifestTarget())
          .thenComparing(part -> part.from().map(ReleaseVersion::toString).orElse(""))
          .compare(this, other);
    }

    OfferedRelease offered(List<String> devices, Catalogue catalogue, List<ReleaseVersion> then) {
      return new OfferedRelease(
          release.component(),
          from,
          release.version(),
          release.description().channel(),
          release.manifestTarget(),
          release.manifestHash(),
          release.downloadSize(),
          release.description().installedSize(),
          critical(catalogue),
          release.description().notes(),
          release.description().provides(),
          release.description().requires(),
          devices.stream().sorted().toList(),
          then);
    }

    /** A critical release that is jumped over makes the one that replaces it critical. */
    private boolean critical(Catalogue catalogue) {
      return catalogue.releases().stream()
              .filter(other -> other.component().equals(release.component()))
              .filter(
                  other -> other.description().channel().equals(release.description().channel()))
              .filter(other -> from.map(other.version()::isNewerThan).orElse(false))
              .filter(other -> !other.version().isNewerThan(release.version()))
              .anyMatch(other -> other.description().critical())
          || release.description().critical();
    }
  }
}
