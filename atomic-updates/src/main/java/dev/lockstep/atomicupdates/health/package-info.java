/**
 * Whether a component works: asked by HTTP, TCP, a command, or by its process alone.
 *
 * <p>Owns: the probes and the rules of deadline, consecutive successes and window. Promises: every
 * question has a deadline; an answer "no" says what a person can act on. Never: starts or stops a
 * component.
 */
package dev.lockstep.atomicupdates.health;
