package dev.lockstep.bus.pairing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What both sides of a pairing compute, and people carry from one to the other (ADR 0013).
 *
 * @param device shown by the device, typed at the hub: {@code XXXX-XXXX}, 40 bits
 * @param hub shown by the hub, typed at the device: {@code XXXX}, 20 bits
 */
public record PairingCodes(String device, String hub) {
  /** Bytes of a nonce, and of a key. */
  public static final int BYTES = 32;

  /** Without letters that look like digits. */
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  private static final int DEVICE_LETTERS = 8;
  private static final int HUB_LETTERS = 4;
  private static final int LETTER_BITS = 5;

  /**
   * What a device binds itself to before it sees anything of the hub.
   *
   * @param name the device's
   * @param key its public key
   * @param nonce random, told only after the hub's
   */
  public static byte[] commitment(String name, byte[] key, byte[] nonce) {
    return digest("lockstep pairing 1: device", name.getBytes(StandardCharsets.UTF_8), key, nonce);
  }

  /** The codes over everything that was exchanged. */
  public static PairingCodes of(
      String name, byte[] deviceKey, byte[] deviceNonce, byte[] hubKey, byte[] hubNonce) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      byte[] nonces = ByteBuffer.allocate(2 * BYTES).put(deviceNonce).put(hubNonce).array();
      mac.init(new SecretKeySpec(nonces, "HmacSHA256"));
      byte[] name8 = name.getBytes(StandardCharsets.UTF_8);
      byte[] sum = mac.doFinal(digest("lockstep pairing 1: codes", name8, deviceKey, hubKey));
      String letters = letters(sum, DEVICE_LETTERS + HUB_LETTERS);
      return new PairingCodes(
          letters.substring(0, 4) + "-" + letters.substring(4, DEVICE_LETTERS),
          letters.substring(DEVICE_LETTERS));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot compute codes: this JDK has no HmacSHA256", e);
    }
  }

  /** Whether a person has typed a code: case, dashes, spaces and alikes do not matter. */
  public static boolean isTyped(String typed, String code) {
    return MessageDigest.isEqual(plain(typed), plain(code));
  }

  /** Never shows the codes. */
  @Override
  public String toString() {
    return "PairingCodes[...]";
  }

  private static byte[] plain(String code) {
    return code.toUpperCase(Locale.ROOT)
        .replaceAll("[\\s-]", "")
        .replace('O', '0')
        .replaceAll("[IL]", "1")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String letters(byte[] sum, int count) {
    StringBuilder letters = new StringBuilder();
    for (int letter = 0; letter < count; letter++) {
      int value = 0;
      for (int bit = letter * LETTER_BITS; bit < (letter + 1) * LETTER_BITS; bit++) {
        value = value << 1 | sum[bit / 8] >> 7 - bit % 8 & 1;
      }
      letters.append(ALPHABET.charAt(value));
    }
    return letters.toString();
  }

  /** Each part has its length before it, so that no two lists of parts give the same bytes. */
  private static byte[] digest(String purpose, byte[]... parts) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] name = purpose.getBytes(StandardCharsets.UTF_8);
      sha.update(ByteBuffer.allocate(4).putInt(name.length).array());
      sha.update(name);
      for (byte[] part : parts) {
        sha.update(ByteBuffer.allocate(4).putInt(part.length).array());
        sha.update(part);
      }
      return sha.digest();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot compute codes: this JDK has no SHA-256", e);
    }
  }
}
