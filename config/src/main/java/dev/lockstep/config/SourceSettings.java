package dev.lockstep.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where releases come from. Keys under {@code source.}
 *
 * @param metadataUrl TUF metadata, ends with a slash
 * @param contentUrl targets, ends with a slash; the metadata URL's sibling {@code targets/} where
 *     not set
 * @param rootFile the root that this device trusts from the start
 * @param allowPlainHttp whether http (not https) is allowed
 * @param hubUrl the hub's cache of the same repository, ends with a slash
 * @param via which of the two are asked, and in which order
 */
public record SourceSettings(
    URI metadataUrl,
    URI contentUrl,
    Path rootFile,
    boolean allowPlainHttp,
    Optional<URI> hubUrl,
    Via via) {

  /** Where a device asks. Whatever it gets, it verifies by itself. */
  public enum Via {
    /** The repository. */
    DIRECT,
    /** The hub's cache only. */
    HUB,
    /** The hub's cache; the repository where that fails. */
    HUB_THEN_DIRECT,
    /** The repository; the hub's cache where that fails. */
    DIRECT_THEN_HUB
  }

  /** Where metadata is asked for, in this order. */
  public List<URI> metadataUrls() {
    return inOrder(metadataUrl, "metadata/");
  }

  /** Where targets are asked for, in this order. */
  public List<URI> contentUrls() {
    return inOrder(contentUrl, "targets/");
  }

  private List<URI> inOrder(URI direct, String folder) {
    List<URI> hub = hubUrl.map(url -> url.resolve(folder)).stream().toList();
    return switch (via) {
      case DIRECT -> List.of(direct);
      case HUB -> hub;
      case HUB_THEN_DIRECT -> List.of(hub.get(0), direct);
      case DIRECT_THEN_HUB -> List.of(direct, hub.get(0));
    };
  }
}
