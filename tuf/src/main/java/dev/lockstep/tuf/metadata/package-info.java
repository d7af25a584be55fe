/**
 * The documents of The Update Framework: what root, timestamp, snapshot and targets metadata say,
 * how they are written, signed and checked.
 *
 * <p>Owns the immutable model of the metadata formats (TUF specification 1.0.34, section 4), the
 * OLPC canonical form that is signed, keys and signatures. Promises that parsing is bounded and
 * complete: what comes out of {@link SignedMetadata#parse} is well formed, and fields nobody here
 * knows survive. Never reads or writes a file, never asks a clock, never decides whether something
 * is trusted: that is {@code TrustedMetadataSet}'s work.
 */
package dev.lockstep.tuf.metadata;
