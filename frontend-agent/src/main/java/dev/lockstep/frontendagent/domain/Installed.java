package dev.lockstep.frontendagent.domain;

import java.util.List;
import java.util.Map;

/**
 * What is installed of a frontend on this device.
 *
 * @param version of the active release; empty where none is installed
 * @param previous what a revert goes back to; empty where nothing is
 * @param staged versions in other slots
 * @param provides API to version
 * @param requires API to range
 */
public record Installed(
    String version,
    String previous,
    List<String> staged,
    Map<String, String> provides,
    Map<String, String> requires) {

  /** Nothing is installed yet. */
  public static final Installed NOTHING = new Installed("", "", List.of(), Map.of(), Map.of());
}
