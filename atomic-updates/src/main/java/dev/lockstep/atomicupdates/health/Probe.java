package dev.lockstep.atomicupdates.health;

/** One question to a component. Blocks up to its timeout. */
@FunctionalInterface
interface Probe {
  /** How it answers now. */
  Answer ask() throws InterruptedException;
}
