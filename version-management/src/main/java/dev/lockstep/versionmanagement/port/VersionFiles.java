package dev.lockstep.versionmanagement.port;

import dev.lockstep.versionmanagement.domain.LocalComponent;
import java.util.List;

/** Versions of this device's components that Lockstep does not install. */
@FunctionalInterface
public interface VersionFiles {
  /** Reads them all now. A missing and a malformed file are distinct problems, never exceptions. */
  List<LocalComponent> read();
}
