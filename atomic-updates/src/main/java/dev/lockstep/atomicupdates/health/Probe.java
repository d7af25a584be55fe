package dev.lockstep.atomicupdates.health;

import java.util.Optional;

/** One question to a component. Blocks up to its timeout. */
@FunctionalInterface
interface Probe {
  /** What is wrong, e.g. "answered 503"; empty where it is healthy. */
  Optional<String> trouble() throws InterruptedException;
}
