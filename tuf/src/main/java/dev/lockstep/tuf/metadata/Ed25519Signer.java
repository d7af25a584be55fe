package dev.lockstep.tuf.metadata;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/** Signs with an Ed25519 private key held in memory. */
public final class Ed25519Signer implements Signer {
  private final PrivateKey privateKey;
  private final Key publicKey;

  private Ed25519Signer(KeyPair pair) {
    this.privateKey = pair.getPrivate();
    byte[] encoded = pair.getPublic().getEncoded();
    byte[] raw = Arrays.copyOfRange(encoded, KeyScheme.ED25519_PREFIX.length, encoded.length);
    this.publicKey = Key.of("ed25519", "ed25519", HexFormat.of().formatHex(raw));
  }

  /** Makes a new key from the JDK's secure random numbers. */
  public static Ed25519Signer generate() {
    return fromRandom(new SecureRandom());
  }

  /**
   * Takes a private key in PKCS#8 form.
   *
   * @throws IllegalArgumentException if it is not an Ed25519 private key
   */
  public static Ed25519Signer fromPkcs8(byte[] encoded) {
    try {
      PrivateKey key =
          KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
      byte[] seed =
          ((EdECPrivateKey) key)
              .getBytes()
              .orElseThrow(() -> new IllegalArgumentException("the private key has no bytes"));
      return fromSeed(seed);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not an Ed25519 private key in PKCS#8 form", e);
    }
  }

  /** Takes the 32 bytes that RFC 8032 calls the private key. */
  public static Ed25519Signer fromSeed(byte[] seed) {
    if (seed.length != 32) {
      throw new IllegalArgumentException("an Ed25519 seed has 32 bytes, not " + seed.length);
    }
    return fromRandom(new GivenBytes(seed.clone()));
  }

  /** The private key in PKCS#8 form, to be kept secret. */
  public byte[] toPkcs8() {
    return privateKey.getEncoded();
  }

  @Override
  public Key publicKey() {
    return publicKey;
  }

  @Override
  public byte[] sign(byte[] message) {
    try {
      Signature scheme = Signature.getInstance("Ed25519");
      scheme.initSign(privateKey);
      scheme.update(message);
      return scheme.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign with an Ed25519 key", e);
    }
  }

  private static Ed25519Signer fromRandom(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(NamedParameterSpec.ED25519, random);
      return new Ed25519Signer(generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK since 15 has Ed25519", e);
    }
  }

  /**
   * Hands the key generator a known seed: the JDK has no other way from an Ed25519 private key to
   * its public key.
   */
  private static final class GivenBytes extends SecureRandom {
    private final transient byte[] bytes;

    GivenBytes(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void nextBytes(byte[] target) {
      if (target.length != bytes.length) {
        throw new IllegalStateException("the key generator asked for " + target.length + " bytes");
      }
      System.arraycopy(bytes, 0, target, 0, bytes.length);
    }
  }
}
