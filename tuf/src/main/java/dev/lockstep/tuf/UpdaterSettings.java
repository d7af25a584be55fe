package dev.lockstep.tuf;

import java.net.URI;
import java.time.Duration;

/**
 * Where a repository is.
 *
 * @param metadataUrl where {@code timestamp.json} is; a missing slash at the end is added
 * @param contentUrl what target paths are relative to, for example {@code https://host/targets/}; a
 *     missing slash at the end is added
 */
public record UpdaterSettings(URI metadataUrl, URI contentUrl, Limits limits, Staleness staleness) {

  /**
   * What to do when a timestamp is served that is older than one seen before.
   *
   * @param retries how often to ask again before it is called a rollback attack
   * @param firstPause before the first of them; each further one is twice as long
   */
  public record Staleness(int retries, Duration firstPause) {
    public Staleness {
      if (retries < 0 || retries > 16 || firstPause.isNegative()) {
        throw new IllegalArgumentException("0 to 16 retries, and no negative pause");
      }
    }
  }

  private static final Staleness PATIENT = new Staleness(2, Duration.ofMillis(500));

  public UpdaterSettings {
    metadataUrl = asFolder(metadataUrl);
    contentUrl = asFolder(contentUrl);
  }

  public UpdaterSettings(URI metadataUrl, URI contentUrl, Limits limits) {
    this(metadataUrl, contentUrl, limits, PATIENT);
  }

  /** Settings with {@link Limits#defaults}. */
  public static UpdaterSettings of(URI metadataUrl, URI contentUrl) {
    return new UpdaterSettings(metadataUrl, contentUrl, Limits.defaults());
  }

  private static URI asFolder(URI url) {
    if (url.getRawQuery() != null || url.getRawFragment() != null) {
      throw new IllegalArgumentException("a repository's address has neither query nor fragment");
    }
    return url.toString().endsWith("/") ? url : URI.create(url + "/");
  }
}
