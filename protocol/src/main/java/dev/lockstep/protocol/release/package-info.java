/**
 * What a publisher says about a release: its signed description and the manifest of its tree.
 *
 * <p>Owns: the JSON of {@code custom.lockstep} and of manifest targets, and what in them is valid.
 * Promises: what could be read is complete and safe to act on: paths stay inside the tree, numbers
 * are in range; what cannot be read fully is refused. Never: verifies signatures ({@code tuf} does)
 * or touches a file.
 */
package dev.lockstep.protocol.release;
