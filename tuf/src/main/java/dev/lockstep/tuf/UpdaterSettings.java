package dev.lockstep.tuf;

import java.net.URI;

/**
 * Where a repository is.
 *
 * @param metadataUrl where {@code timestamp.json} is; a missing slash at the end is added
 * @param contentUrl what target paths are relative to, for example {@code https://host/targets/}; a
 *     missing slash at the end is added
 */
public record UpdaterSettings(URI metadataUrl, URI contentUrl, Limits limits) {
  public UpdaterSettings {
    metadataUrl = asFolder(metadataUrl);
    contentUrl = asFolder(contentUrl);
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
