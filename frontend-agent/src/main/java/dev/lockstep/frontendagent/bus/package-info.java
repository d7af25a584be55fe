/**
 * The agent's edge to the bus: one class per topic and direction.
 *
 * <p>Owns: wire to domain, and domain to wire. Promises: what cannot be read is refused before it
 * reaches the domain. Never: decides anything, blocks.
 */
package dev.lockstep.frontendagent.bus;
