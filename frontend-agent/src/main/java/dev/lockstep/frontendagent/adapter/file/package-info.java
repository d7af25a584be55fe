/**
 * The device's files: what is installed, and the states that wait to be handed back.
 *
 * <p>Owns: the reading of slots as atomic-updates lays them out, and the files of the agent's own.
 * Promises: a state that was stored is there after a crash. Never: changes a slot.
 */
package dev.lockstep.frontendagent.adapter.file;
