package dev.lockstep.tuf;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a repository is.
 *
 * @param metadataUrls where {@code timestamp.json} is, the preferred address first, then mirrors; a
 *     missing slash at the end is added
 * @param contentUrls what target paths are relative to, for example {@code https://host/targets/},
 *     then mirrors; a missing slash at the end is added
 */
public record UpdaterSettings(
    List<URI> metadataUrls, List<URI> contentUrls, Limits limits, Staleness staleness) {

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
    metadataUrls = metadataUrls.stream().map(UpdaterSettings::asFolder).distinct().toList();
    contentUrls = contentUrls.stream().map(UpdaterSettings::asFolder).distinct().toList();
    if (metadataUrls.isEmpty() || contentUrls.isEmpty()) {
      throw new IllegalArgumentException("a repository has an address");
    }
  }

  public UpdaterSettings(URI metadataUrl, URI contentUrl, Limits limits) {
    this(List.of(metadataUrl), List.of(contentUrl), limits, PATIENT);
  }

  /** Settings with {@link Limits#defaults}. */
  public static UpdaterSettings of(URI metadataUrl, URI contentUrl) {
    return new UpdaterSettings(metadataUrl, contentUrl, Limits.defaults());
  }

  /** Settings with {@link Limits#defaults}; each list is asked in its order when one fails. */
  public static UpdaterSettings of(List<URI> metadataUrls, List<URI> contentUrls) {
    return new UpdaterSettings(metadataUrls, contentUrls, Limits.defaults(), PATIENT);
  }

  /** The same repository at further addresses, which are asked in this order when one fails. */
  public UpdaterSettings withMirrors(List<URI> metadata, List<URI> content) {
    return new UpdaterSettings(
        Stream.concat(metadataUrls.stream(), metadata.stream()).toList(),
        Stream.concat(contentUrls.stream(), content.stream()).toList(),
        limits,
        staleness);
  }

  public UpdaterSettings withLimits(Limits other) {
    return new UpdaterSettings(metadataUrls, contentUrls, other, staleness);
  }

  /** The preferred address of the metadata. */
  public URI metadataUrl() {
    return metadataUrls.get(0);
  }

  /** The preferred address of the content. */
  public URI contentUrl() {
    return contentUrls.get(0);
  }

  private static URI asFolder(URI url) {
    if (url.getRawQuery() != null || url.getRawFragment() != null) {
      throw new IllegalArgumentException("a repository's address has neither query nor fragment");
    }
    return url.toString().endsWith("/") ? url : URI.create(url + "/");
  }
}
