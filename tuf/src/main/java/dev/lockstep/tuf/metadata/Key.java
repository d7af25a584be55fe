package dev.lockstep.tuf.metadata;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * A public key as metadata lists it (specification section 4.2.1).
 *
 * @param keytype for example {@code ed25519}
 * @param scheme for example {@code ed25519}
 * @param publicValue hexadecimal (ed25519) or PEM; empty if a key of unknown type has none
 * @param keyvalExtra other fields of {@code keyval}, {@code public} among them if it is not text
 * @param extra other fields of the key
 */
public record Key(
    String keytype, String scheme, String publicValue, JsonObject keyvalExtra, JsonObject extra) {

  /** A key without unknown fields. */
  public static Key of(String keytype, String scheme, String publicValue) {
    return new Key(keytype, scheme, publicValue, JsonObject.EMPTY, JsonObject.EMPTY);
  }

  /** Reads a key; one of unknown type is read too, it is only never used. */
  public static Key fromJson(ObjectNode json) {
    ObjectNode keyval = MetadataJson.object(json, "keyval");
    boolean known =
        keyval.has("public")
            && keyval.get("public").isString()
            && !keyval.get("public").stringValue().isEmpty();
    return new Key(
        MetadataJson.string(json, "keytype"),
        MetadataJson.string(json, "scheme"),
        known ? keyval.get("public").stringValue() : "",
        JsonObject.rest(keyval, known ? Set.of("public") : Set.of()),
        JsonObject.rest(json, Set.of("keytype", "scheme", "keyval")));
  }

  public ObjectNode toJson() {
    ObjectNode json = MetadataJson.newObject();
    json.put("keytype", keytype);
    json.put("scheme", scheme);
    ObjectNode keyval = json.putObject("keyval");
    if (!publicValue.isEmpty()) {
      keyval.put("public", publicValue);
    }
    keyvalExtra.writeInto(keyval);
    extra.writeInto(json);
    return json;
  }

  /**
   * The id that a publisher gives this key: the SHA-256 of its canonical form. A reader treats key
   * ids as opaque (TAP 12) and never computes them.
   */
  public String id() {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(Canonical.encode(toJson())));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** What makes two keys the same key, whatever their ids; empty if the key is not usable here. */
  Optional<String> identity() {
    return decoded().map(key -> HexFormat.of().formatHex(key.getEncoded()));
  }

  /** Whether this key can be checked here: a known scheme and a well-formed public part. */
  public boolean isUsable() {
    return decoded().isPresent();
  }

  /** Whether a signature of a message is this key's; false for whatever cannot be checked. */
  public boolean verifies(byte[] message, byte[] signature) {
    Optional<PublicKey> key = decoded();
    if (key.isEmpty()) {
      return false;
    }
    try {
      return KeyScheme.of(keytype, scheme).orElseThrow().verify(key.get(), message, signature);
    } catch (GeneralSecurityException e) {
      // The JDK throws for signatures of a wrong form; a wrong form is a wrong signature.
      return false;
    }
  }

  private Optional<PublicKey> decoded() {
    Optional<KeyScheme> known = KeyScheme.of(keytype, scheme);
    if (known.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(known.get().decode(publicValue));
    } catch (GeneralSecurityException e) {
      // Not fatal: the key does not count, and the threshold decides.
      return Optional.empty();
    }
  }
}
