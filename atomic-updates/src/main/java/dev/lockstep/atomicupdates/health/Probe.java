package dev.lockstep.atomicupdates.health;

import dev.lockstep.protocol.version.ReleaseVersion;

/** One question to a component. Blocks up to its timeout. */
@FunctionalInterface
interface Probe {
  /**
   * How it answers now.
   *
   * @param expected the version that should answer; null where any may
   */
  Answer ask(ReleaseVersion expected) throws InterruptedException;
}
