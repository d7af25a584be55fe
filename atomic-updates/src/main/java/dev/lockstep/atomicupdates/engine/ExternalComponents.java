package dev.lockstep.atomicupdates.engine;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is known of components that somebody else starts: which version they last said they run, and
 * whether they were seen to be down since a restart was asked for. Any thread.
 */
final class ExternalComponents {
  private final Map<String, ReleaseVersion> said = new ConcurrentHashMap<>();
  private final Set<String> seenDown = ConcurrentHashMap.newKeySet();

  /** A component said which version it runs. */
  void runs(String component, ReleaseVersion version) {
    said.put(component, version);
  }

  /** From now on a restart is awaited. */
  void restartAsked(String component) {
    said.remove(component);
    seenDown.remove(component);
  }

  /**
   * Whether the new version runs: the component said so, or it was down and is well again.
   *
   * @param trouble what is wrong with it now, empty where nothing is
   */
  boolean restarted(String component, ReleaseVersion to, Optional<String> trouble) {
    if (trouble.isPresent()) {
      seenDown.add(component);
      return false;
    }
    return to.equals(said.get(component)) || seenDown.contains(component);
  }
}
