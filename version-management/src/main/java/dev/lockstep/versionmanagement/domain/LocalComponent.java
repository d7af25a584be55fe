package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.Optional;

/**
 * A component of this device whose version is read from a file because Lockstep does not install
 * it.
 *
 * @param site which
 * @param role its place in the order
 * @param platform os/arch of this device
 * @param version what the file says; empty where it cannot be read
 * @param problem why it cannot be read
 */
public record LocalComponent(
    Site site,
    ComponentRole role,
    String platform,
    Optional<ReleaseVersion> version,
    Optional<Problem> problem) {}
