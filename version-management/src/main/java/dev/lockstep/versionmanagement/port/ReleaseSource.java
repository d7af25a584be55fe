package dev.lockstep.versionmanagement.port;

import dev.lockstep.versionmanagement.VersionManagementException;
import dev.lockstep.versionmanagement.domain.Catalogue;

/** Where releases come from. One thread at a time. */
public interface ReleaseSource {
  /**
   * Asks the source, verifies, and lists the channel's releases. Blocks within the source's
   * timeouts; an interrupt may end it early.
   *
   * @throws VersionManagementException.Source if that does not work; nothing unverified is ever
   *     returned
   */
  Catalogue refresh();
}
