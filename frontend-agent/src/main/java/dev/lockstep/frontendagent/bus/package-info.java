/**
 * The agent's edges to the bus, one class per topic and direction.
 *
 * <p>Owns: the way from the wire to the domain and back. Promises: what cannot be read is refused
 * with a log line. Never: blocks the bus's handler thread.
 */
package dev.lockstep.frontendagent.bus;
