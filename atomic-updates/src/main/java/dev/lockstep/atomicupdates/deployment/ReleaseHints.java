package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.atomicupdates.deployment.DeploymentRequest.Wanted;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What offers on the bus said about releases: hints to plan by, never an authority. Keeps the last
 * ones only. Safe for use by several threads.
 */
public final class ReleaseHints {
  private static final int MAX_OFFERS = 64;
  private static final int MAX_RELEASES = 1024;

  /**
   * What an offer said about one release.
   *
   * @param release which
   * @param manifestTarget TUF target path of its manifest
   * @param provides API name to version
   */
  public record Hint(Wanted release, String manifestTarget, Map<String, ReleaseVersion> provides) {}

  private final Map<String, List<Wanted>> offers = bounded(MAX_OFFERS);
  private final Map<Wanted, Hint> releases = bounded(MAX_RELEASES);

  /** Remembers an offer. */
  public synchronized void offered(String offerId, List<Hint> hints) {
    offers.put(offerId, hints.stream().map(Hint::release).distinct().toList());
    hints.forEach(hint -> releases.put(hint.release(), hint));
  }

  /** The releases of an offer; empty where it is not known. */
  public synchronized List<Wanted> releasesOf(String offerId) {
    return offers.getOrDefault(offerId, List.of());
  }

  /** What is known about a release. */
  public synchronized Optional<Hint> find(Wanted release) {
    return Optional.ofNullable(releases.get(release));
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
