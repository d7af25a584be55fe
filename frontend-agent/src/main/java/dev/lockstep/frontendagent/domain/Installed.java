package dev.lockstep.frontendagent.domain;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.List;
import java.util.Optional;

/**
 * What is installed of a component.
 *
 * @param active the active version, absent where none is installed
 * @param previous what a revert goes back to
 * @param staged versions in other slots
 * @param description the active release's verified description, where it is known
 */
public record Installed(
    Optional<ReleaseVersion> active,
    Optional<ReleaseVersion> previous,
    List<ReleaseVersion> staged,
    Optional<ReleaseDescription> description) {
  /** Copies the list. */
  public Installed {
    staged = List.copyOf(staged);
  }
}
