/**
 * A bus without a network, for tests.
 *
 * <p>Owns: delivery between participants of one process, with losses, repetitions, delays and
 * changed order as a test asks for, from a seed. Promises: the same envelopes, dispatch, requests
 * and rights as the real bus; with a manual clock, the same run each time. Never: is used outside
 * of tests and demonstrations.
 */
package dev.lockstep.bus.memory;
