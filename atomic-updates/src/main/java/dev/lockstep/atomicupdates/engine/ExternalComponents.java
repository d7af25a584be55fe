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
  private final Map<String, ReleaseVersion> asked = new ConcurrentHashMap<>();
  private final Set<String> seenDown = ConcurrentHashMap.newKeySet();

  /** A component said which version it runs. */
  void runs(String component, ReleaseVersion version) {
    said.put(component, version);
  }

  /** From now on a restart is awaited, into that version. */
  void restartAsked(String component, ReleaseVersion wanted) {
    asked.put(component, wanted);
    said.remove(component);
    seenDown.remove(component);
  }

  /** Whether a restart into that version is what was asked for last. */
  boolean isAskedFor(String component, ReleaseVersion wanted) {
    return wanted.equals(asked.get(component));
  }

  /**
   * Whether it may run that version by now: it said so, or was down since a restart was asked for.
   */
  boolean mayRun(String component, ReleaseVersion version) {
    return version.equals(said.get(component)) || seenDown.contains(component);
  }

  /** Whether it said that it runs that version, since a restart was asked for last. */
  boolean saidToRun(String component, ReleaseVersion version) {
    return version.equals(said.get(component));
  }

  /**
   * Whether the wanted version runs: the component said so, or it was down and is well again.
   *
   * @param trouble what is wrong with it now, empty where nothing is
   */
  boolean restarted(String component, ReleaseVersion wanted, Optional<String> trouble) {
    if (trouble.isPresent()) {
      seenDown.add(component);
      return false;
    }
    return mayRun(component, wanted);
  }
}
