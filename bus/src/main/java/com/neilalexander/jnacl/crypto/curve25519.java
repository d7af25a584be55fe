package com.neilalexander.jnacl.crypto;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;

/**
 * Stands in for jnacl's class of this name: the same multiplication by the JDK's X25519, which
 * takes a tenth of the time. Five to seven of them are nearly all that a CURVE handshake costs. Any
 * thread may use it.
 */
public final class curve25519 {
  private static final String ALGORITHM = "X25519";
  private static final int BYTES = 32;
  private static final byte[] BASE = new byte[BYTES];

  static {
    BASE[0] = 9;
  }

  private curve25519() {}

  /** Whether this is the class in use; fails to link where it is jnacl's. */
  public static boolean isOfTheJdk() {
    return true;
  }

  /**
   * Multiplies the base point: makes the public key of a secret one.
   *
   * @param q gets the product, 32 bytes
   * @param n the number
   * @return 0
   */
  public static int crypto_scalarmult_base(byte[] q, byte[] n) {
    return crypto_scalarmult(q, n, BASE);
  }

  /**
   * Multiplies a point.
   *
   * @param q gets the product, 32 bytes; zeros if the point is of small order
   * @param n the number
   * @param p the point's coordinate, the lowest byte first; its highest bit does not count
   * @return 0
   */
  public static int crypto_scalarmult(byte[] q, byte[] n, byte[] p) {
    try {
      KeyFactory keys = KeyFactory.getInstance(ALGORITHM);
      KeyAgreement agreement = KeyAgreement.getInstance(ALGORITHM);
      agreement.init(
          keys.generatePrivate(
              new XECPrivateKeySpec(NamedParameterSpec.X25519, Arrays.copyOf(n, BYTES))));
      try {
        agreement.doPhase(
            keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, coordinate(p))),
            true);
        System.arraycopy(agreement.generateSecret(), 0, q, 0, BYTES);
      } catch (InvalidKeyException smallOrder) {
        // What the multiplication gives; nobody who has a key of ours has such a point.
        Arrays.fill(q, 0, BYTES, (byte) 0);
      }
      return 0;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "cannot make encrypted connections: this JDK has no X25519; use another JDK", e);
    }
  }

  private static BigInteger coordinate(byte[] point) {
    byte[] highestFirst = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      highestFirst[i] = point[BYTES - 1 - i];
    }
    highestFirst[0] &= 0x7f;
    return new BigInteger(1, highestFirst);
  }
}
