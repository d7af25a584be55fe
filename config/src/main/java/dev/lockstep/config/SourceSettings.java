package dev.lockstep.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
 * @param metadataMirrors further places of the metadata, asked after its own
 * @param contentMirrors further places of the targets, asked after their own
 */
public record SourceSettings(
    URI metadataUrl,
    URI contentUrl,
    Path rootFile,
    boolean allowPlainHttp,
    Optional<URI> hubUrl,
    Via via,
    List<URI> metadataMirrors,
    List<URI> contentMirrors) {

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

  /** Copies what is mutable. */
  public SourceSettings {
    metadataMirrors = List.copyOf(metadataMirrors);
    contentMirrors = List.copyOf(contentMirrors);
  }

  /** Without mirrors. */
  public SourceSettings(
      URI metadataUrl,
      URI contentUrl,
      Path rootFile,
      boolean allowPlainHttp,
      Optional<URI> hubUrl,
      Via via) {
    this(metadataUrl, contentUrl, rootFile, allowPlainHttp, hubUrl, via, List.of(), List.of());
  }

  /** The same with mirrors. */
  public SourceSettings withMirrors(List<URI> metadata, List<URI> content) {
    return new SourceSettings(
        metadataUrl, contentUrl, rootFile, allowPlainHttp, hubUrl, via, metadata, content);
  }

  /** Where metadata is asked for, in this order. */
  public List<URI> metadataUrls() {
    return inOrder(metadataUrl, metadataMirrors, "metadata/");
  }

  /** Where targets are asked for, in this order. */
  public List<URI> contentUrls() {
    return inOrder(contentUrl, contentMirrors, "targets/");
  }

  private List<URI> inOrder(URI own, List<URI> mirrors, String folder) {
    List<URI> hub = hubUrl.map(url -> url.resolve(folder)).stream().toList();
    List<URI> direct = joined(List.of(own), mirrors);
    return switch (via) {
      case DIRECT -> direct;
      case HUB -> hub;
      case HUB_THEN_DIRECT -> joined(hub, direct);
      case DIRECT_THEN_HUB -> joined(direct, hub);
    };
  }

  private static List<URI> joined(List<URI> first, List<URI> then) {
    return Stream.concat(first.stream(), then.stream()).toList();
  }
}
