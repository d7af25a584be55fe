package dev.lockstep.repository.key;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A private key under a passphrase: PBKDF2 with HMAC-SHA-256, then AES-256-GCM with the public key
 * as associated data.
 */
record EncryptedKey(int iterations, byte[] salt, byte[] nonce, byte[] data) {
  private static final String DERIVATION = "PBKDF2WithHmacSHA256";
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int ITERATIONS = 600_000;
  private static final int MOST_ITERATIONS = 10_000_000;
  private static final int TAG_BITS = 128;

  /** Encrypts; the passphrase is wiped. */
  static EncryptedKey seal(byte[] pkcs8, char[] passphrase, String publicValue) {
    SecureRandom random = new SecureRandom();
    byte[] salt = new byte[16];
    byte[] nonce = new byte[12];
    random.nextBytes(salt);
    random.nextBytes(nonce);
    EncryptedKey frame = new EncryptedKey(ITERATIONS, salt, nonce, new byte[0]);
    try {
      byte[] data = frame.cipher(Cipher.ENCRYPT_MODE, passphrase, publicValue).doFinal(pkcs8);
      return new EncryptedKey(ITERATIONS, salt, nonce, data);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has " + DERIVATION + " and AES", impossible);
    }
  }

  /** Decrypts; the passphrase is wiped. */
  byte[] open(Path file, char[] passphrase, String publicValue) {
    try {
      return cipher(Cipher.DECRYPT_MODE, passphrase, publicValue).doFinal(data);
    } catch (AEADBadTagException wrong) {
      throw KeyFile.unusable(file, "the passphrase is wrong", "try another one", wrong);
    } catch (GeneralSecurityException malformed) {
      throw KeyFile.unusable(
          file, "its encrypted part is malformed", "restore it from a copy", malformed);
    }
  }

  private Cipher cipher(int mode, char[] passphrase, String publicValue)
      throws GeneralSecurityException {
    PBEKeySpec spec = new PBEKeySpec(passphrase, salt, iterations, 256);
    try {
      byte[] key = SecretKeyFactory.getInstance(DERIVATION).generateSecret(spec).getEncoded();
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(publicValue.getBytes(StandardCharsets.US_ASCII));
      return cipher;
    } finally {
      spec.clearPassword();
      Arrays.fill(passphrase, '\0');
    }
  }

  ObjectNode toJson() {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.put("derivation", DERIVATION);
    json.put("iterations", iterations);
    json.put("salt", Base64.getEncoder().encodeToString(salt));
    json.put("cipher", CIPHER);
    json.put("nonce", Base64.getEncoder().encodeToString(nonce));
    json.put("data", Base64.getEncoder().encodeToString(data));
    return json;
  }

  static EncryptedKey fromJson(Path file, JsonNode json) {
    int iterations = json.path("iterations").asInt(0);
    boolean known =
        DERIVATION.equals(json.path("derivation").asString(""))
            && CIPHER.equals(json.path("cipher").asString(""));
    if (!known || iterations < 1 || iterations > MOST_ITERATIONS) {
      throw KeyFile.unusable(file, "its encryption is unknown", "use a newer lockstep-repo", null);
    }
    try {
      return new EncryptedKey(
          iterations, bytes(json, "salt"), bytes(json, "nonce"), bytes(json, "data"));
    } catch (IllegalArgumentException malformed) {
      throw KeyFile.unusable(
          file, "its encrypted part is malformed", "restore it from a copy", malformed);
    }
  }

  private static byte[] bytes(JsonNode json, String field) {
    byte[] bytes = Base64.getDecoder().decode(json.path(field).asString(""));
    if (bytes.length == 0) {
      throw new IllegalArgumentException(field + " is empty");
    }
    return bytes;
  }
}
