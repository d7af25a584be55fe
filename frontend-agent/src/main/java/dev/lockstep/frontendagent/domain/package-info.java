/**
 * What a frontend is told, as plain values.
 *
 * <p>Owns: which notices hold, and when by this device's clock. Never: does input or output.
 */
package dev.lockstep.frontendagent.domain;
