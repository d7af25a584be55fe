/**
 * The vocabulary of versions: semantic versions, API ranges, build ids, VERSION files.
 *
 * <p>Owns: what a version is, how two of them compare, what a range allows, how a VERSION file
 * reads. Promises: malformed input is an error with a message, never a default. Never: knows which
 * components exist.
 */
package dev.lockstep.protocol.version;
