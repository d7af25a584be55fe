/**
 * Owns what staging a large release costs, beside {@code sha256sum} and {@code tar -x}.
 *
 * <p>Promises the product's own stager, unchanged, over HTTP, in a JVM of bounded heap. Never
 * leaves out what staging does more than the tools: a second look at what is on disk, and the sync.
 */
package dev.lockstep.bench.staging;
