/**
 * Notices shown by a command of the device.
 *
 * <p>Owns: the one process that shows a notice. Promises: no shell; a bounded environment; at most
 * one process at a time, ended at its timeout, by a newer notice, and when the agent closes. Never:
 * passes on secrets.
 */
package dev.lockstep.frontendagent.adapter.command;
