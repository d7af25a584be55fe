package dev.lockstep.repository.tree;

import dev.lockstep.protocol.release.Manifest;

/**
 * An archive that is ready to be published, with what it carries.
 *
 * @param format how it is read
 * @param prefix folder inside it that is the tree's root; empty for its root
 * @param size bytes
 * @param sha256 lower-case hex
 * @param manifest the tree
 */
public record PreparedRelease(
    ArchiveFormat format, String prefix, long size, String sha256, Manifest manifest) {}
