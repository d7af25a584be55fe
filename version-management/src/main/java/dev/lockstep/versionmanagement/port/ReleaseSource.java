package dev.lockstep.versionmanagement.port;

import dev.lockstep.versionmanagement.VersionManagementException;
import dev.lockstep.versionmanagement.domain.Catalogue;
import java.util.Set;

/** Where releases come from. One thread at a time. */
public interface ReleaseSource {
  /**
   * Asks the source, verifies, and lists the channel's releases. Blocks within the source's
   * timeouts; an interrupt may end it early.
   *
   * @param components whose releases are needed; those of others may be in the answer too
   * @throws VersionManagementException.Source if that does not work; nothing unverified is ever
   *     returned
   */
  Catalogue refresh(Set<String> components);
}
