package dev.lockstep.atomicupdates.engine;

/**
 * One step of an install. Both directions are idempotent: a step that was begun, and interrupted at
 * any instant, is done or undone by calling it again. Called on the install worker.
 */
interface Step {
  /** Does it. */
  StepResult apply(StepContext context) throws InterruptedException;

  /** Undoes it; harmless where it was not done. */
  StepResult undo(StepContext context) throws InterruptedException;
}
