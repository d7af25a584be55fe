package dev.lockstep.versionmanagement.domain;

import java.util.List;

/**
 * The releases of one channel, from verified metadata.
 *
 * @param releases what could be read fully
 * @param unreadable what could not, each with the reason
 */
public record Catalogue(List<Release> releases, List<Withheld> unreadable) {
  /** No releases. */
  public static final Catalogue EMPTY = new Catalogue(List.of(), List.of());

  /** Copies what is mutable. */
  public Catalogue {
    releases = List.copyOf(releases);
    unreadable = List.copyOf(unreadable);
  }
}
