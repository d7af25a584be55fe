/**
 * What the agent needs of a frontend and of the device, as interfaces.
 *
 * <p>Owns: the promises that adapters keep. Never: does input or output itself.
 */
package dev.lockstep.frontendagent.port;
