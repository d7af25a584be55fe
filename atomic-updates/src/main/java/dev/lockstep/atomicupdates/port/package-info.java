/**
 * What the lifecycle of an install needs from the outside, as interfaces.
 *
 * <p>Owns: the promises that adapters keep. Never: does input or output itself.
 */
package dev.lockstep.atomicupdates.port;
