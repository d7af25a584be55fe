package dev.lockstep.tuf.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading and writing documents. */
class SignedMetadataTest {
  private static final Instant LATER = Instant.parse("2030-01-01T00:00:00.5Z");
  private static final String TIMESTAMP =
      "{\"signatures\":[],\"signed\":{\"_type\":\"timestamp\",\"spec_version\":\"1.0.34\","
          + "\"version\":1,\"expires\":\"2030-01-01T00:00:00Z\","
          + "\"meta\":{\"snapshot.json\":{\"version\":1}}}}";

  private static SignedMetadata<TimestampRole> parse(String json) {
    return SignedMetadata.parse(json.getBytes(StandardCharsets.UTF_8), RoleType.TIMESTAMP);
  }

  @Test
  void parse_document_keepsItsBytes() {
    String spaced = " " + TIMESTAMP.replace(":", " : ").replace("00 : 00 : 00Z", "00:00:00Z");

    var document = parse(spaced);

    assertThat(document.bytes()).asString(StandardCharsets.UTF_8).isEqualTo(spaced);
    assertThat(document.signedBytes()).isEqualTo(parse(TIMESTAMP).signedBytes());
    assertThat(document.role().expires()).isEqualTo("2030-01-01T00:00:00Z");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"timestamp\"|\"snapshot\"",
        "\"1.0.34\"|\"2.0.0\"",
        "\"1.0.34\"|\"1\"",
        "\"1.0.34\"|1",
        "\"version\":1,|\"version\":0,",
        "\"version\":1,|\"version\":-1,",
        "\"version\":1,|\"version\":\"1\",",
        "\"version\":1,|\"version\":1.0,",
        "\"version\":1,|\"version\":99999999999999999999,",
        "\"version\":1,|",
        "\"version\":1,|\"version\":1,\"version\":2,",
        "2030-01-01T00:00:00Z|2030-01-01",
        "2030-01-01T00:00:00Z|2030-13-01T00:00:00Z",
        "2030-01-01T00:00:00Z|2030-01-01T00:00:00+01:00",
        "snapshot.json|targets.json",
        "{\"version\":1}|{\"version\":0}",
        "{\"version\":1}|{\"version\":1,\"length\":-1}",
        "{\"version\":1}|{\"version\":1,\"hashes\":{}}",
        "{\"version\":1}|{\"version\":1,\"hashes\":{\"sha256\":\"xyz\"}}",
        "{\"version\":1}|1",
        "\"signatures\":[]|\"signatures\":{}",
        "\"signatures\":[]|\"signatures\":[1]",
        "\"signatures\":[]|\"signatures\":[{\"keyid\":\"a\"}]",
        "}}}}|}}}} {}",
        "}}}}|}}}",
      })
  void parse_defect_isRefused(String part, String replacement) {
    assertThat(TIMESTAMP).contains(part);
    String broken = TIMESTAMP.replace(part, replacement == null ? "" : replacement);

    assertThatThrownBy(() -> parse(broken)).isInstanceOf(MalformedMetadataException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "null", "[]", "1", "{}", "{\"signed\":{}}", "\u0000", "<html>"})
  void parse_notADocument_isRefused(String json) {
    assertThatThrownBy(() -> parse(json)).isInstanceOf(MalformedMetadataException.class);
  }

  @Test
  void parse_deepNesting_isRefusedAndDoesNotOverflow() {
    String deep = TIMESTAMP.replace("{\"version\":1}", "[".repeat(200_000));

    assertThatThrownBy(() -> parse(deep)).isInstanceOf(MalformedMetadataException.class);
  }

  @Test
  void sign_eachRole_readsBackEqual() {
    Signer signer = Ed25519Signer.generate();
    Header header = Header.of(3, LATER);
    RoleKeys keys = RoleKeys.of(List.of(signer.keyId()), 1);
    Map<String, Key> known = Map.of(signer.keyId(), signer.publicKey());
    TargetDescription target =
        TargetDescription.of(
            5, Map.of("sha256", "ab".repeat(32)), JsonObject.parse("{\"lockstep\":{\"a\":[1]}}"));

    assertReadsBack(
        RootRole.of(
            header,
            true,
            known,
            Map.of("root", keys, "timestamp", keys, "snapshot", keys, "targets", keys)),
        RoleType.ROOT,
        signer);
    assertReadsBack(
        SnapshotRole.of(header, Map.of("targets.json", MetaFile.of(2))), RoleType.SNAPSHOT, signer);
    assertReadsBack(
        TargetsRole.of(
            header,
            Map.of("stable/a", target),
            Delegations.of(
                known, List.of(DelegatedRole.byPaths("stable", keys, true, List.of("stable/*"))))),
        RoleType.TARGETS,
        signer);
    assertReadsBack(
        TargetsRole.of(header, Map.of(), Delegations.of(known, SuccinctRoles.of(keys, 8, "bin"))),
        RoleType.TARGETS,
        signer);
  }

  private static <R extends Role> void assertReadsBack(R role, RoleType<R> type, Signer signer) {
    SignedMetadata<R> signed = SignedMetadata.sign(role, List.of(signer));
    SignedMetadata<R> read = SignedMetadata.parse(signed.bytes(), type);

    assertThat(read.role()).isEqualTo(role);
    assertThat(read.signedBytes()).isEqualTo(signed.signedBytes());
    assertThat(read.signatures()).isEqualTo(signed.signatures());
    assertThat(SignedMetadata.sign(read.role(), List.of(signer)).bytes())
        .as("the same input gives the same bytes")
        .isEqualTo(signed.bytes());
  }

  @Test
  void parse_unknownFieldsEverywhere_survive() {
    String json =
        "{\"signatures\":[],\"signed\":{\"_type\":\"targets\",\"spec_version\":\"1.0.34\","
            + "\"version\":1,\"expires\":\"2030-01-01T00:00:00Z\",\"x1\":[1],"
            + "\"targets\":{\"a\":{\"length\":1,\"hashes\":{\"sha256\":\"ab\"},\"x2\":{\"y\":1}}},"
            + "\"delegations\":{\"x3\":true,\"keys\":{\"k\":{\"keytype\":\"t\",\"scheme\":\"s\","
            + "\"x4\":1,\"keyval\":{\"public\":\"p\",\"x5\":2}}},\"roles\":[{\"name\":\"r\","
            + "\"keyids\":[\"k\"],\"threshold\":1,\"terminating\":false,\"paths\":[\"*\"],"
            + "\"x6\":null}]}}}";

    var document = SignedMetadata.parse(json.getBytes(StandardCharsets.UTF_8), RoleType.TARGETS);

    assertThat(Canonical.encode(document.role().toJson())).isEqualTo(document.signedBytes());
  }

  @Test
  void id_knownKey_isTheHashOfItsCanonicalForm() {
    Key key = Key.of("ed25519", "ed25519", "00");

    assertThat(key.id())
        .isEqualTo(
            Hashes.hex(
                "sha256",
                "{\"keytype\":\"ed25519\",\"keyval\":{\"public\":\"00\"},\"scheme\":\"ed25519\"}"
                    .getBytes(StandardCharsets.UTF_8)));
  }

  /** The first test vector of RFC 8032, section 7.1. */
  @Test
  void ed25519Signer_fromSeed_agreesWithTheStandard() {
    Ed25519Signer signer =
        Ed25519Signer.fromSeed(
            HexFormat.of()
                .parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));

    assertThat(signer.publicKey().publicValue())
        .isEqualTo("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    assertThat(HexFormat.of().formatHex(signer.sign(new byte[0])))
        .isEqualTo(
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
    assertThat(Ed25519Signer.fromPkcs8(signer.toPkcs8()).publicKey()).isEqualTo(signer.publicKey());
    assertThatThrownBy(() -> Ed25519Signer.fromPkcs8(new byte[48]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void succinctRoles_namesAndBins_agreeWithTheirDefinition() {
    SuccinctRoles bins = SuccinctRoles.of(RoleKeys.of(List.of("k"), 1), 10, "bin");

    assertThat(bins.nameOf(0)).isEqualTo("bin-000");
    assertThat(bins.nameOf(1023)).isEqualTo("bin-3ff");
    assertThat(bins.roleNamed("bin-3ff")).isPresent();
    for (String no : List.of("bin-400", "bin-3f", "bin-0000", "bin-3FF", "bin", "other-000")) {
      assertThat(bins.roleNamed(no)).as(no).isEmpty();
    }
    String hash = Hashes.hex("sha256", "path".getBytes(StandardCharsets.UTF_8));
    long firstTenBits = Long.parseLong(hash.substring(0, 3), 16) >> 2;
    assertThat(bins.roleFor("path").name()).isEqualTo(bins.nameOf(firstTenBits));
    assertThat(bins.roleFor("path").terminating()).isTrue();
  }

  @Test
  void succinctRoles_bitLengths_haveBoundsAndAsManyDigitsAsTheyNeed() {
    RoleKeys keys = RoleKeys.of(List.of("k"), 1);
    String hash = Hashes.hex("sha256", "path".getBytes(StandardCharsets.UTF_8));
    for (int bits : new int[] {0, 33}) {
      assertThatThrownBy(() -> SuccinctRoles.of(keys, bits, "bin"))
          .isInstanceOf(MalformedMetadataException.class);
    }
    assertThat(SuccinctRoles.of(keys, 1, "bin").nameOf(1)).isEqualTo("bin-1");
    assertThat(SuccinctRoles.of(keys, 4, "bin").nameOf(15)).isEqualTo("bin-f");
    assertThat(SuccinctRoles.of(keys, 5, "bin").nameOf(15)).isEqualTo("bin-0f");
    for (int digits : new int[] {1, 2, 4, 8}) {
      SuccinctRoles bins = SuccinctRoles.of(keys, digits * 4, "bin");
      assertThat(bins.roleFor("path").name()).isEqualTo("bin-" + hash.substring(0, digits));
    }
    assertThat(SuccinctRoles.of(keys, 2, "bin").all().map(DelegatedRole::name))
        .containsExactly("bin-0", "bin-1", "bin-2", "bin-3");
  }
}
