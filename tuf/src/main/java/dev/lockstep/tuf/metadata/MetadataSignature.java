package dev.lockstep.tuf.metadata;

/**
 * One signature of a document.
 *
 * @param keyId opaque
 * @param value hexadecimal; anything else is a signature that never verifies
 */
public record MetadataSignature(String keyId, String value) {}
