package dev.lockstep.versionmanagement.domain;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The releases of one channel, from verified metadata.
 *
 * @param releases what could be read fully
 * @param unreadable what could not, each with the reason
 * @param components whose releases were asked for; empty if those of all components are there
 */
public record Catalogue(
    List<Release> releases, List<Withheld> unreadable, Optional<Set<String>> components) {
  /** No releases. */
  public static final Catalogue EMPTY = new Catalogue(List.of(), List.of());

  /** Copies what is mutable. */
  public Catalogue {
    releases = List.copyOf(releases);
    unreadable = List.copyOf(unreadable);
    components = components.map(Set::copyOf);
  }

  /** The releases of all components. */
  public Catalogue(List<Release> releases, List<Withheld> unreadable) {
    this(releases, unreadable, Optional.empty());
  }

  /** Whether all releases of a component are in it. */
  public boolean covers(String component) {
    return components.map(asked -> asked.contains(component)).orElse(true);
  }
}
