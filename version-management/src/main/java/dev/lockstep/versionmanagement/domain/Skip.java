package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.version.ReleaseVersion;

/**
 * A person's "never this version".
 *
 * @param component id of the component
 * @param version which version
 * @param setBy who
 */
public record Skip(String component, ReleaseVersion version, String setBy) {}
