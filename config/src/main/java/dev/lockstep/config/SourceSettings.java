package dev.lockstep.config;

import java.net.URI;
import java.nio.file.Path;

/**
 * Where releases come from. Keys under {@code source.}
 *
 * @param metadataUrl TUF metadata, ends with a slash
 * @param contentUrl targets, ends with a slash; the metadata URL's sibling {@code targets/} where
 *     not set
 * @param rootFile the root that this device trusts from the start
 * @param allowPlainHttp whether http (not https) is allowed
 */
public record SourceSettings(
    URI metadataUrl, URI contentUrl, Path rootFile, boolean allowPlainHttp) {}
