package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.tuf.metadata.Canonical;
import dev.lockstep.tuf.metadata.JsonObject;
import dev.lockstep.tuf.metadata.MalformedMetadataException;
import dev.lockstep.tuf.metadata.PathPattern;
import dev.lockstep.tuf.metadata.Role;
import dev.lockstep.tuf.metadata.RoleType;
import dev.lockstep.tuf.metadata.SignedMetadata;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * What must be true of every parser of what a server or a damaged disk may give, for any bytes. Run
 * by the fuzzer in {@link MetadataFuzz}, and with seeded damage in each build in {@link
 * DamagedInputTest}.
 */
final class FuzzTargets {
  private static final List<RoleType<? extends Role>> TYPES =
      List.of(RoleType.ROOT, RoleType.TIMESTAMP, RoleType.SNAPSHOT, RoleType.TARGETS);
  private static final JsonMapper JSON = new JsonMapper();

  private FuzzTargets() {}

  /** All of them. */
  static void all(byte[] data) {
    metadata(data);
    record(data);
    text(data);
  }

  /** Metadata: a document of a type, or refused in one way. */
  static void metadata(byte[] data) {
    for (RoleType<? extends Role> type : TYPES) {
      parseAs(type, data);
    }
  }

  private static void parseAs(RoleType<? extends Role> type, byte[] data) {
    try {
      SignedMetadata<? extends Role> document = SignedMetadata.parse(data, type);
      byte[] canonical = document.signedBytes();
      assertThat(document.bytes()).isEqualTo(data);
      assertThat(Canonical.encode(document.role().toJson())).isNotEmpty();
      if (!new String(canonical, StandardCharsets.UTF_8).matches("(?s).*[\\x00-\\x1f].*")) {
        // Without control characters the canonical form is JSON, and its own canonical form.
        assertThat(Canonical.encode(JSON.readTree(canonical))).isEqualTo(canonical);
      }
    } catch (MalformedMetadataException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }

  /** The record of what was verified: exactly what was written, or nothing. */
  static void record(byte[] data) {
    VerifiedRecord.parse(data).ifPresent(record -> assertThat(record.toBytes()).isEqualTo(data));
  }

  /** Path patterns, role names and custom facts: any text. */
  static void text(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    int middle = text.length() / 2;
    PathPattern.matches(text.substring(0, middle), text.substring(middle));
    assertThat(RoleNames.encode(text)).matches("[A-Za-z0-9%._~!$&'()*+,;=:@-]*");
    try {
      JsonObject.parse(text);
    } catch (MalformedMetadataException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }
}
