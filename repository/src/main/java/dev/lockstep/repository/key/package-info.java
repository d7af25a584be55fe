/**
 * The publisher's private keys as files.
 *
 * <p>Owns: the key folder, the form of a key file and its encryption. Promises: private keys are
 * written for their owner only, a file that others can read is refused. Never: logs a key or a
 * passphrase, or decides which key a role has (metadata does).
 */
package dev.lockstep.repository.key;
