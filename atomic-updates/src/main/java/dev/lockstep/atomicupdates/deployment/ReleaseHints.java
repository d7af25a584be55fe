package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.atomicupdates.deployment.DeploymentRequest.Wanted;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What offers on the bus said about releases: hints to plan by, never an authority. Keeps the last
 * ones only. Safe for use by several threads.
 */
public final class ReleaseHints {
  private static final int MAX_OFFERS = 64;
  private static final int MAX_RELEASES = 1024;
  private static final int MAX_BUILDS = 32;

  /**
   * What an offer said about one build of a release; a release may have one per platform.
   *
   * @param release which
   * @param manifestTarget TUF target path of its manifest
   * @param devices the devices that the build is for; empty where the offer named none
   * @param provides API name to version
   */
  public record Hint(
      Wanted release,
      String manifestTarget,
      Set<String> devices,
      Map<String, ReleaseVersion> provides) {
    /** Copies what is mutable. */
    public Hint {
      devices = Set.copyOf(devices);
      provides = Map.copyOf(provides);
    }
  }

  private final Map<String, List<Wanted>> offers = bounded(MAX_OFFERS);
  private final Map<Wanted, Map<String, Hint>> releases = bounded(MAX_RELEASES);

  /** Remembers an offer. */
  public synchronized void offered(String offerId, List<Hint> hints) {
    offers.put(offerId, hints.stream().map(Hint::release).distinct().toList());
    for (Hint hint : hints) {
      releases
          .computeIfAbsent(hint.release(), release -> bounded(MAX_BUILDS))
          .put(hint.manifestTarget(), hint);
    }
  }

  /** The releases of an offer; empty where it is not known. */
  public synchronized List<Wanted> releasesOf(String offerId) {
    return offers.getOrDefault(offerId, List.of());
  }

  /**
   * Where the manifest of the build for a device is: of the build that the offer named the device
   * for, last said first; otherwise of the only build. Empty where that is not known: the device
   * then finds its own by its platform.
   */
  public synchronized Optional<String> manifestTarget(Wanted release, String device) {
    List<Hint> builds =
        releases.getOrDefault(release, Map.of()).values().stream()
            .filter(hint -> !hint.manifestTarget().isEmpty())
            .toList();
    List<Hint> named = builds.stream().filter(hint -> hint.devices().contains(device)).toList();
    Optional<Hint> own =
        named.isEmpty() && builds.size() == 1
            ? Optional.of(builds.get(0))
            : named.stream().reduce((earlier, later) -> later);
    return own.map(Hint::manifestTarget);
  }

  /** The APIs that a release provides, by all its builds. */
  public synchronized Map<String, ReleaseVersion> provides(Wanted release) {
    Map<String, ReleaseVersion> provided = new HashMap<>();
    releases.getOrDefault(release, Map.of()).values().stream()
        .map(Hint::provides)
        .forEach(provided::putAll);
    return provided;
  }

  private static <K, V> Map<K, V> bounded(int limit) {
    return new LinkedHashMap<>() {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > limit;
      }
    };
  }
}
