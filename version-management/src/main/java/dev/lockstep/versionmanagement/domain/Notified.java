package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.version.ReleaseVersion;

/**
 * A version that people were told about.
 *
 * @param component id of the component
 * @param version which version
 */
public record Notified(String component, ReleaseVersion version) {}
