package dev.lockstep.tuf.metadata;

/** Signs for one key; the private part may live anywhere. */
public interface Signer {
  Key publicKey();

  /** The id under which metadata lists the key. */
  default String keyId() {
    return publicKey().id();
  }

  /** Signs the canonical bytes of a document. */
  byte[] sign(byte[] message);
}
