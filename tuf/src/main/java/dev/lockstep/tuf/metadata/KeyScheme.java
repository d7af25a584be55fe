package dev.lockstep.tuf.metadata;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * The signature schemes that this library can check (specification section 4.2.1).
 *
 * <p>Only the JDK's own cryptography is used. A scheme that is not here makes a key unusable, not
 * the metadata: see {@link Verification}.
 */
enum KeyScheme {
  ED25519("ed25519", Set.of("ed25519")) {
    @Override
    PublicKey decode(String text) throws GeneralSecurityException {
      byte[] encoded = text.startsWith(PEM_BEGIN) ? pem(text) : prefixed(text);
      PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(spec(encoded));
      if (encoded.length != ED25519_PREFIX.length + 32) {
        throw new GeneralSecurityException("not an Ed25519 key");
      }
      return key;
    }

    @Override
    boolean verify(PublicKey key, byte[] message, byte[] signature)
        throws GeneralSecurityException {
      return check(Signature.getInstance("Ed25519"), key, message, signature);
    }
  },

  /** The key type {@code ecdsa}, and the one that older repositories wrote. */
  ECDSA_P256("ecdsa-sha2-nistp256", Set.of("ecdsa", "ecdsa-sha2-nistp256")) {
    @Override
    PublicKey decode(String text) throws GeneralSecurityException {
      PublicKey key = KeyFactory.getInstance("EC").generatePublic(spec(pem(text)));
      AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
      named.init(new ECGenParameterSpec("secp256r1"));
      ECParameterSpec p256 = named.getParameterSpec(ECParameterSpec.class);
      ECParameterSpec own = ((ECPublicKey) key).getParams();
      if (!own.getCurve().equals(p256.getCurve()) || !own.getOrder().equals(p256.getOrder())) {
        throw new GeneralSecurityException("not a key on the curve P-256");
      }
      return key;
    }

    @Override
    boolean verify(PublicKey key, byte[] message, byte[] signature)
        throws GeneralSecurityException {
      return check(Signature.getInstance("SHA256withECDSA"), key, message, signature);
    }
  },

  RSA_PSS("rsassa-pss-sha256", Set.of("rsa")) {
    @Override
    PublicKey decode(String text) throws GeneralSecurityException {
      PublicKey key = KeyFactory.getInstance("RSA").generatePublic(spec(pem(text)));
      int bits = ((RSAPublicKey) key).getModulus().bitLength();
      if (bits < 2048 || bits > 16_384) {
        throw new GeneralSecurityException("an RSA key of " + bits + " bits");
      }
      return key;
    }

    @Override
    boolean verify(PublicKey key, byte[] message, byte[] signature)
        throws GeneralSecurityException {
      // The specification does not fix the salt's length. Signers use the digest's or the longest
      // possible one, and the JDK wants to be told which.
      int modulusBits = ((RSAPublicKey) key).getModulus().bitLength();
      int longest = (modulusBits - 1 + 7) / 8 - 32 - 2;
      return pss(key, message, signature, 32) || pss(key, message, signature, longest);
    }

    private boolean pss(PublicKey key, byte[] message, byte[] signature, int salt)
        throws GeneralSecurityException {
      Signature scheme = Signature.getInstance("RSASSA-PSS");
      scheme.setParameter(
          new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, salt, 1));
      return check(scheme, key, message, signature);
    }
  };

  private static final String PEM_BEGIN = "-----BEGIN PUBLIC KEY-----";
  private static final String PEM_END = "-----END PUBLIC KEY-----";

  /** What X.509 puts before the 32 bytes of an Ed25519 public key (RFC 8410). */
  static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private final String scheme;
  private final Set<String> keytypes;

  KeyScheme(String scheme, Set<String> keytypes) {
    this.scheme = scheme;
    this.keytypes = keytypes;
  }

  /** The scheme that a key names, if it is one of these. */
  static Optional<KeyScheme> of(String keytype, String scheme) {
    for (KeyScheme candidate : values()) {
      if (candidate.scheme.equals(scheme) && candidate.keytypes.contains(keytype)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /**
   * Reads the public part of a key.
   *
   * @throws GeneralSecurityException if it is not a key of this scheme
   */
  abstract PublicKey decode(String text) throws GeneralSecurityException;

  abstract boolean verify(PublicKey key, byte[] message, byte[] signature)
      throws GeneralSecurityException;

  private static boolean check(Signature scheme, PublicKey key, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    scheme.initVerify(key);
    scheme.update(message);
    return scheme.verify(signature);
  }

  private static X509EncodedKeySpec spec(byte[] encoded) {
    return new X509EncodedKeySpec(encoded);
  }

  private static byte[] prefixed(String hex) throws GeneralSecurityException {
    try {
      byte[] raw = HexFormat.of().parseHex(hex);
      byte[] encoded = Arrays.copyOf(ED25519_PREFIX, ED25519_PREFIX.length + raw.length);
      System.arraycopy(raw, 0, encoded, ED25519_PREFIX.length, raw.length);
      return encoded;
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("neither hexadecimal nor PEM", e);
    }
  }

  private static byte[] pem(String text) throws GeneralSecurityException {
    String trimmed = text.strip();
    // Both lines whole: they begin and end with the same dashes, which one text could share.
    if (trimmed.length() < PEM_BEGIN.length() + PEM_END.length()
        || !trimmed.startsWith(PEM_BEGIN)
        || !trimmed.endsWith(PEM_END)) {
      throw new GeneralSecurityException("not a PEM public key");
    }
    String body = trimmed.substring(PEM_BEGIN.length(), trimmed.length() - PEM_END.length());
    try {
      return Base64.getDecoder().decode(body.replaceAll("\\s", ""));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("not base64", e);
    }
  }
}
