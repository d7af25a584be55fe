package dev.lockstep.tuf.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

/** Thresholds over distinct keys, and the signature schemes. */
@Tag("R74")
class VerificationTest {
  private static final Instant LATER = Instant.parse("2030-01-01T00:00:00Z");

  private final Signer first = Ed25519Signer.generate();
  private final Signer second = Ed25519Signer.generate();
  private final TimestampRole role = TimestampRole.of(Header.of(1, LATER), MetaFile.of(1));

  private static Map<String, Key> keys(Signer... signers) {
    Map<String, Key> keys = new LinkedHashMap<>();
    for (Signer signer : signers) {
      keys.put(signer.keyId(), signer.publicKey());
    }
    return keys;
  }

  private static Verification verify(
      SignedMetadata<?> document, Map<String, Key> keys, int threshold) {
    return Verification.of(document, keys, RoleKeys.of(List.copyOf(keys.keySet()), threshold));
  }

  private SignedMetadata<TimestampRole> reread(SignedMetadata<TimestampRole> document) {
    return SignedMetadata.parse(document.bytes(), RoleType.TIMESTAMP);
  }

  @Test
  void of_enoughKeys_isMet() {
    var document = reread(SignedMetadata.sign(role, List.of(first, second)));

    assertThat(verify(document, keys(first, second), 2).isMet()).isTrue();
    assertThat(verify(document, keys(first), 1).isMet()).isTrue();
    assertThat(verify(document, keys(first), 2)).isEqualTo(new Verification(1, 2));
  }

  @Test
  void of_onePublicKeyUnderTwoIds_countsOnce() {
    Signer alias = new Renamed(first, "another-id");
    var document = reread(SignedMetadata.sign(role, List.of(first, alias)));

    assertThat(verify(document, keys(first, alias), 2)).isEqualTo(new Verification(1, 2));
    assertThat(verify(document, keys(first, alias), 1).isMet()).isTrue();
  }

  @Test
  void of_onePublicKeyAsHexAndAsPem_countsOnce() {
    Key pem = Key.of("ed25519", "ed25519", pemOf(first.publicKey()));
    Map<String, Key> keys = keys(first);
    keys.put("pem", pem);
    var document = reread(SignedMetadata.sign(role, List.of(first, new Renamed(first, "pem"))));

    assertThat(verify(document, keys, 2)).isEqualTo(new Verification(1, 2));
    assertThat(verify(document, Map.of("pem", pem), 1).isMet()).isTrue();
  }

  @Test
  void of_extraInvalidOrEmptySignature_doesNoHarm() {
    var good = SignedMetadata.sign(role, List.of(first)).signatures().get(0);
    for (String bad : List.of("", "00", "zz", "ab".repeat(64), "ab".repeat(5_000))) {
      var document =
          SignedMetadata.sign(role, List.of())
              .withSignatures(
                  List.of(
                      new MetadataSignature(second.keyId(), bad),
                      good,
                      new MetadataSignature("unknown", bad)));

      assertThat(verify(reread(document), keys(first, second), 1).isMet()).as(bad).isTrue();
      assertThat(verify(reread(document), keys(first, second), 2).isMet()).as(bad).isFalse();
    }
  }

  @Test
  void of_keyThatTheRoleDoesNotName_doesNotCount() {
    var document = reread(SignedMetadata.sign(role, List.of(first, second)));

    Verification found =
        Verification.of(
            document, keys(first, second), RoleKeys.of(List.of(first.keyId(), "nowhere"), 2));

    assertThat(found).isEqualTo(new Verification(1, 2));
  }

  @Test
  void of_keyOfUnknownType_isSkipped() {
    Map<String, Key> keys = keys(first);
    var json = JsonNodeFactory.instance.objectNode();
    json.put("keytype", "falcon").put("scheme", "falcon-1024");
    json.putObject("keyval").put("something", "else");
    keys.put("future", Key.fromJson(json));
    var document = reread(SignedMetadata.sign(role, List.of(new Renamed(first, "future"), first)));

    assertThat(verify(document, keys, 1).isMet()).isTrue();
    assertThat(verify(document, keys, 2).isMet()).isFalse();
    assertThat(keys.get("future").toJson()).isEqualTo(json);
  }

  @Test
  void parse_twoSignaturesOfOneKeyId_areRefused() {
    var signature = SignedMetadata.sign(role, List.of(first)).signatures().get(0);
    byte[] doubled =
        SignedMetadata.sign(role, List.of()).withSignatures(List.of(signature, signature)).bytes();

    assertThatThrownBy(() -> SignedMetadata.parse(doubled, RoleType.TIMESTAMP))
        .isInstanceOf(MalformedMetadataException.class)
        .hasMessageContaining("signed twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ecdsa", "ecdsa-sha2-nistp256"})
  void of_ecdsaP256_isVerified(String keytype) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    Signer signer =
        new JdkSigner(
            generator.generateKeyPair(), keytype, "ecdsa-sha2-nistp256", "SHA256withECDSA", null);

    assertCounts(signer);
  }

  @Test
  void of_ecdsaOnAnotherCurve_isNotUsable() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp384r1"));
    Signer signer =
        new JdkSigner(
            generator.generateKeyPair(), "ecdsa", "ecdsa-sha2-nistp256", "SHA256withECDSA", null);

    assertThat(signer.publicKey().isUsable()).isFalse();
    assertThat(verify(SignedMetadata.sign(role, List.of(signer)), keys(signer), 1).isMet())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 222})
  void of_rsaPss_isVerifiedWithEitherSalt(int salt) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    PSSParameterSpec pss =
        new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, salt, 1);

    assertCounts(
        new JdkSigner(generator.generateKeyPair(), "rsa", "rsassa-pss-sha256", "RSASSA-PSS", pss));
  }

  @Test
  void isUsable_rsaTooSmall_isFalse() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024);

    assertThat(
            Key.of(
                    "rsa",
                    "rsassa-pss-sha256",
                    pem(generator.generateKeyPair().getPublic().getEncoded()))
                .isUsable())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "zz",
        "00",
        "-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----END PUBLIC KEY-----"
      })
  void isUsable_notAKey_isFalse(String text) {
    assertThat(Key.of("ed25519", "ed25519", text).isUsable()).isFalse();
    assertThat(Key.of("ecdsa", "ecdsa-sha2-nistp256", text).isUsable()).isFalse();
    assertThat(Key.of("rsa", "rsassa-pss-sha256", text).isUsable()).isFalse();
  }

  private void assertCounts(Signer signer) {
    var document = reread(SignedMetadata.sign(role, List.of(signer, first)));
    assertThat(verify(document, keys(signer, first), 2).isMet()).isTrue();

    List<MetadataSignature> swapped = new ArrayList<>();
    swapped.add(new MetadataSignature(signer.keyId(), document.signatures().get(1).value()));
    assertThat(verify(document.withSignatures(swapped), keys(signer), 1).isMet()).isFalse();

    // Well formed, by the right key, of another document.
    var other =
        SignedMetadata.sign(
            TimestampRole.of(Header.of(2, LATER), role.snapshot()), List.of(signer));
    assertThat(verify(document.withSignatures(other.signatures()), keys(signer), 1).isMet())
        .isFalse();
  }

  private static String pemOf(Key ed25519) {
    byte[] raw = java.util.HexFormat.of().parseHex(ed25519.publicValue());
    byte[] encoded = java.util.Arrays.copyOf(KeyScheme.ED25519_PREFIX, 44);
    System.arraycopy(raw, 0, encoded, 12, 32);
    return pem(encoded);
  }

  private static String pem(byte[] encoded) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
        + "\n-----END PUBLIC KEY-----\n";
  }

  private record Renamed(Signer signer, String keyId) implements Signer {
    @Override
    public Key publicKey() {
      return signer.publicKey();
    }

    @Override
    public byte[] sign(byte[] message) {
      return signer.sign(message);
    }
  }

  private record JdkSigner(
      KeyPair pair, String keytype, String scheme, String algorithm, PSSParameterSpec parameters)
      implements Signer {
    @Override
    public Key publicKey() {
      return Key.of(keytype, scheme, pem(pair.getPublic().getEncoded()));
    }

    @Override
    public byte[] sign(byte[] message) {
      try {
        Signature signature = Signature.getInstance(algorithm);
        if (parameters != null) {
          signature.setParameter(parameters);
        }
        signature.initSign(pair.getPrivate());
        signature.update(message);
        return signature.sign();
      } catch (java.security.GeneralSecurityException e) {
        throw new AssertionError(e);
      }
    }
  }
}
