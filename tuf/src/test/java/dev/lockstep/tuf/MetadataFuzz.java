package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.lockstep.tuf.metadata.Canonical;
import dev.lockstep.tuf.metadata.MalformedMetadataException;
import dev.lockstep.tuf.metadata.PathPattern;
import dev.lockstep.tuf.metadata.Role;
import dev.lockstep.tuf.metadata.RoleType;
import dev.lockstep.tuf.metadata.SignedMetadata;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every parser of what a server or a damaged disk may give, under a fuzzer that sees which branches
 * it reaches: {@code ./mvnw -Pfuzz -pl tuf test}. Not part of the ordinary build, where starting
 * the fuzzer takes longer than many tests; the seeded {@code HostileDocumentsPropertiesTest} is.
 */
class MetadataFuzz {
  private static final List<RoleType<? extends Role>> TYPES =
      List.of(RoleType.ROOT, RoleType.TIMESTAMP, RoleType.SNAPSHOT, RoleType.TARGETS);
  private static final JsonMapper JSON = new JsonMapper();

  @FuzzTest(maxDuration = "60s")
  void parse(byte[] data) {
    for (RoleType<? extends Role> type : TYPES) {
      parseAs(type, data);
    }
    VerifiedRecord.parse(data).ifPresent(record -> assertThat(record.toBytes()).isEqualTo(data));
    String text = new String(data, StandardCharsets.UTF_8);
    int middle = text.length() / 2;
    PathPattern.matches(text.substring(0, middle), text.substring(middle));
  }

  private static void parseAs(RoleType<? extends Role> type, byte[] data) {
    try {
      SignedMetadata<? extends Role> document = SignedMetadata.parse(data, type);
      byte[] canonical = document.signedBytes();
      assertThat(Canonical.encode(document.role().toJson())).isNotEmpty();
      if (!new String(canonical, StandardCharsets.UTF_8).matches("(?s).*[\\x00-\\x1f].*")) {
        // Without control characters the canonical form is JSON, and its own canonical form.
        assertThat(Canonical.encode(JSON.readTree(canonical))).isEqualTo(canonical);
      }
    } catch (MalformedMetadataException e) {
      // What is no document is refused in this one way.
    }
  }
}
