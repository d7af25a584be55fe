package com.neilalexander.jnacl.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What stands in for a class of jnacl, against the numbers of RFC 7748 and against jnacl itself.
 */
@Tag("R151")
class Curve25519Test {
  private static byte[] multiply(String number, String point) {
    byte[] product = new byte[32];
    HexFormat hex = HexFormat.of();
    assertThat(curve25519.crypto_scalarmult(product, hex.parseHex(number), hex.parseHex(point)))
        .isZero();
    return product;
  }

  @Test
  void scalarmult_numbersOfTheStandard_givesItsProducts() {
    assertThat(
            multiply(
                "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
                "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"))
        .asHexString()
        .isEqualToIgnoringCase("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
    // Its point has the highest bit set, which does not count.
    assertThat(
            multiply(
                "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
                "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493"))
        .asHexString()
        .isEqualToIgnoringCase("95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957");
  }

  @Test
  void scalarmult_pointOfSmallOrder_givesZeros() {
    byte[] product = new byte[32];
    product[5] = 1;
    curve25519.crypto_scalarmult(product, new byte[] {8, 1, 0, 0, 0, 0, 0, 0}, new byte[32]);
    assertThat(product).isEqualTo(new byte[32]);
  }

  @Test
  void scalarmult_anyNumbers_givesWhatJnaclGives() throws Exception {
    assertThat(curve25519.isOfTheJdk()).isTrue();
    URL jnacl = salsa20.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jnacl}, null)) {
      Class<?> original = loader.loadClass(curve25519.class.getName());
      Random random = new Random(7748);
      for (int round = 0; round < 20; round++) {
        byte[] number = new byte[32];
        byte[] point = new byte[32];
        random.nextBytes(number);
        random.nextBytes(point);
        point[31] &= 0x7f;
        byte[] expected = new byte[32];
        original
            .getMethod("crypto_scalarmult", byte[].class, byte[].class, byte[].class)
            .invoke(null, expected, number, point);
        byte[] product = new byte[32];
        curve25519.crypto_scalarmult(product, number, point);
        assertThat(product).isEqualTo(expected);
        original
            .getMethod("crypto_scalarmult_base", byte[].class, byte[].class)
            .invoke(null, expected, number);
        curve25519.crypto_scalarmult_base(product, number);
        assertThat(product).isEqualTo(expected);
      }
    }
  }
}
