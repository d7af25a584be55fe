package dev.lockstep.frontendagent.port;

import dev.lockstep.frontendagent.domain.Installed;

/** What is installed on this device. */
@FunctionalInterface
public interface InstalledView {
  /** What is installed of a component; nothing where it cannot be read. */
  Installed installed(String component);
}
