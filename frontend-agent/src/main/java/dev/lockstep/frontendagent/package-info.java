/**
 * Lives beside the frontends of a device: announces them, asks them to get ready for a restart,
 * shows them restart notices, and hands their state back afterwards.
 *
 * <p>Owns: {@code <state>/frontend-agent}, where states wait to be handed back. Promises: what a
 * frontend gave when it drained is given back to it after the restart, also if this process
 * restarts in between; after being away a frontend is announced at once, so that it can catch up.
 * Never: installs anything, or knows atomic-updates other than by the bus and the files.
 */
package dev.lockstep.frontendagent;
