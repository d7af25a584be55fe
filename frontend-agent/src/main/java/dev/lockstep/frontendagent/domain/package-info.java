/**
 * What the agent knows and decides: notices, clocks, drained frontends, whom a restart concerns.
 *
 * <p>Owns: the rules. Promises: the same events give the same decisions. Never: reads a file, a
 * clock or a message.
 */
package dev.lockstep.frontendagent.domain;
