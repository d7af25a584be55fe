package dev.lockstep.repository.key;

import dev.lockstep.tuf.metadata.Ed25519Signer;
import dev.lockstep.tuf.metadata.Key;
import dev.lockstep.tuf.metadata.Signer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * The kinds of keys that can be made and signed with (TUF specification section 4.2.1), by the JDK
 * alone. Only {@link #ED25519} signs the same bytes for the same document every time.
 */
public enum KeyType {
  /** Small, fast and deterministic: what to use where nothing speaks against it. */
  ED25519("ed25519", "ed25519") {
    @Override
    MadeKey generate() {
      Ed25519Signer signer = Ed25519Signer.generate();
      return new MadeKey(signer, signer.toPkcs8());
    }

    @Override
    Signer signer(byte[] pkcs8, Key publicKey) {
      return Ed25519Signer.fromPkcs8(pkcs8);
    }
  },

  /** For key stores that only know NIST curves. */
  ECDSA_P256("ecdsa", "ecdsa-sha2-nistp256") {
    @Override
    MadeKey generate() {
      return generate("EC", new ECGenParameterSpec("secp256r1"));
    }

    @Override
    Signer signer(byte[] pkcs8, Key publicKey) {
      return signer("EC", pkcs8, publicKey);
    }

    @Override
    Signature newSignature() throws GeneralSecurityException {
      return Signature.getInstance("SHA256withECDSA");
    }
  },

  /** For key stores that only know RSA; 3072 bits. */
  RSA_PSS("rsa", "rsassa-pss-sha256") {
    @Override
    MadeKey generate() {
      return generate("RSA", new RSAKeyGenParameterSpec(3072, RSAKeyGenParameterSpec.F4));
    }

    @Override
    Signer signer(byte[] pkcs8, Key publicKey) {
      return signer("RSA", pkcs8, publicKey);
    }

    @Override
    Signature newSignature() throws GeneralSecurityException {
      Signature scheme = Signature.getInstance("RSASSA-PSS");
      scheme.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
      return scheme;
    }
  };

  private final String keytype;
  private final String scheme;

  KeyType(String keytype, String scheme) {
    this.keytype = keytype;
    this.scheme = scheme;
  }

  /** A new key: what signs with it, and its private part to be kept. */
  record MadeKey(Signer signer, byte[] pkcs8) {}

  /** The name in commands and the scheme in metadata, for example {@code ed25519}. */
  public String scheme() {
    return scheme;
  }

  /** The type of that name. */
  public static Optional<KeyType> named(String scheme) {
    return Arrays.stream(values()).filter(type -> type.scheme.equals(scheme)).findFirst();
  }

  /** Makes a key from the JDK's secure random numbers. */
  abstract MadeKey generate();

  /**
   * Opens a private key.
   *
   * @throws IllegalArgumentException if it is not a key of this type
   */
  abstract Signer signer(byte[] pkcs8, Key publicKey);

  Signature newSignature() throws GeneralSecurityException {
    throw new IllegalStateException(this + " signs by itself");
  }

  MadeKey generate(String algorithm, AlgorithmParameterSpec parameters) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(parameters);
      KeyPair pair = generator.generateKeyPair();
      Key publicKey = Key.of(keytype, scheme, pem(pair.getPublic().getEncoded()));
      return new MadeKey(
          new JdkSigner(this, pair.getPrivate(), publicKey), pair.getPrivate().getEncoded());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has " + algorithm, impossible);
    }
  }

  Signer signer(String algorithm, byte[] pkcs8, Key publicKey) {
    try {
      PrivateKey opened =
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      return new JdkSigner(this, opened, publicKey);
    } catch (GeneralSecurityException malformed) {
      throw new IllegalArgumentException("not a private " + algorithm + " key", malformed);
    }
  }

  private static String pem(byte[] encoded) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
    return "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n";
  }

  /** Signs with a private key of the JDK. */
  private record JdkSigner(KeyType type, PrivateKey privateKey, Key publicKey) implements Signer {
    @Override
    public byte[] sign(byte[] message) {
      try {
        Signature signature = type.newSignature();
        signature.initSign(privateKey);
        signature.update(message);
        return signature.sign();
      } catch (GeneralSecurityException failed) {
        throw new IllegalStateException("cannot sign with a key of type " + type, failed);
      }
    }

    @Override
    public String toString() {
      return "signer of key " + keyId();
    }
  }
}
