/**
 * A TUF client: nothing is used before it is verified.
 *
 * <p>Owns the decision what is trusted. {@link Updater} is the door. It carries out the client
 * workflow of the TUF specification (version 1.0.34, section 5) over three ports: {@link Fetcher}
 * (network), {@link MetadataStore} (what was verified before) and {@link java.time.Clock}. {@code
 * TrustedMetadataSet} holds the decisions and does no input or output.
 *
 * <p>Promises that what it returns was signed by the keys that the root names, is not older than
 * what was seen before, has not expired, and belongs together. Never trusts a stored file because
 * it is local, never reads without a limit, never decides what to install.
 */
package dev.lockstep.tuf;
