package dev.lockstep.tuf.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever a server sends: a document comes out, or {@link MalformedMetadataException}. */
class HostileDocumentsPropertiesTest {
  private static final List<RoleType<?>> TYPES =
      List.of(RoleType.ROOT, RoleType.TIMESTAMP, RoleType.SNAPSHOT, RoleType.TARGETS);
  private static final String[] TOKENS = {
    "null",
    "true",
    "-1",
    "0",
    "1e999",
    "0.1",
    "99999999999999999999999",
    "\"\"",
    "\"\\ud800\"",
    "[]",
    "{}",
    "[[[[",
    "{\"a\":",
    "}",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\u0000",
    "\ufeff",
    "\"version\"",
    "\"signatures\"",
    "\"2030-99-99T00:00:00Z\"",
    "\"+999999999-12-31T23:59:59Z\"",
    "NaN",
    "/*"
  };

  private static final List<byte[]> DOCUMENTS = documents();

  private static List<byte[]> documents() {
    Signer signer = Ed25519Signer.fromSeed(new byte[32]);
    Header header = Header.of(7, Instant.parse("2030-01-01T00:00:00Z"));
    RoleKeys keys = RoleKeys.of(List.of(signer.keyId()), 1);
    Map<String, Key> known = Map.of(signer.keyId(), signer.publicKey());
    TargetDescription target =
        TargetDescription.of(5, Map.of("sha256", "ab"), JsonObject.parse("{\"a\":[1]}"));
    return List.of(
        bytes(
            RootRole.of(
                header,
                true,
                known,
                Map.of("root", keys, "timestamp", keys, "snapshot", keys, "targets", keys)),
            signer),
        bytes(TimestampRole.of(header, MetaFile.of(2)), signer),
        bytes(SnapshotRole.of(header, Map.of("targets.json", MetaFile.of(2))), signer),
        bytes(
            TargetsRole.of(
                header,
                Map.of("stable/a", target),
                Delegations.of(
                    known,
                    List.of(DelegatedRole.byPaths("stable", keys, true, List.of("stable/*"))))),
            signer),
        bytes(
            TargetsRole.of(
                header, Map.of(), Delegations.of(known, SuccinctRoles.of(keys, 8, "bin"))),
            signer));
  }

  private static byte[] bytes(Role role, Signer signer) {
    return SignedMetadata.sign(role, List.of(signer)).bytes();
  }

  @Property(tries = 5_000, edgeCases = EdgeCasesMode.NONE)
  void parse_damagedDocument_givesADocumentOrMalformed(
      @ForAll @IntRange(max = 4) int which, @ForAll long seed) {
    Random random = new Random(seed);
    byte[] damaged = DOCUMENTS.get(which);
    for (int i = 0; i <= random.nextInt(3); i++) {
      damaged = damage(damaged, random);
    }
    for (RoleType<?> type : TYPES) {
      try {
        SignedMetadata<?> read = SignedMetadata.parse(damaged, type);
        assertThat(read.bytes()).isEqualTo(damaged);
        read.role().toJson();
      } catch (MalformedMetadataException e) {
        assertThat(e).hasMessageMatching("(?s).+");
      }
    }
  }

  private static byte[] damage(byte[] document, Random random) {
    int from = random.nextInt(document.length + 1);
    int to = Math.min(document.length, from + random.nextInt(random.nextBoolean() ? 2 : 40));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(document, 0, from);
    switch (random.nextInt(4)) {
      case 0 -> out.write(random.nextInt(256));
      case 1 ->
          out.writeBytes(TOKENS[random.nextInt(TOKENS.length)].getBytes(StandardCharsets.UTF_8));
      case 2 -> {
        return out.toByteArray();
      }
      default -> out.writeBytes(new byte[0]);
    }
    out.write(document, to, document.length - to);
    return out.toByteArray();
  }
}
