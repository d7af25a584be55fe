/**
 * A repository, or a part of it, as one file for devices without a network.
 *
 * <p>Owns: what goes into a bundle and its form, a zip file that stores without compression: {@code
 * metadata/} and {@code targets/} as a server would serve them. Promises: a client accepts the
 * bundle as it accepts the repository; the same repository gives the same bytes. Never: signs
 * anything; a bundle is trusted for the same signatures.
 */
package dev.lockstep.repository.bundle;
