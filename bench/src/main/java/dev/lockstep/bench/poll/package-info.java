/**
 * Owns what a poll with nothing new costs, ours beside the reference implementation's.
 *
 * <p>Promises the same repository, the same server and the same requests for both. Never looks into
 * either client.
 */
package dev.lockstep.bench.poll;
