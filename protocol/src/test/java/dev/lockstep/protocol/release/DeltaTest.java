package dev.lockstep.protocol.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.protocol.release.ReleaseDescription.Artifact;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class DeltaTest {
  private static final String NEW = "a".repeat(64);
  private static final String OLD = "b".repeat(64);

  @Test
  @Tag("R64")
  void entry_writtenAndRead_isTheSame() {
    DeltaEntry whole = DeltaEntry.whole(NEW);
    DeltaEntry patch = DeltaEntry.patch(NEW, new DeltaEntry.Base(OLD, 5, DeltaEntry.MAX_BASE));
    assertThat(DeltaEntry.parse(whole.name())).isEqualTo(whole);
    assertThat(DeltaEntry.parse(patch.name())).isEqualTo(patch);
    assertThat(patch.name()).isEqualTo("patch/" + NEW + "/" + OLD + "/5-8388608");
  }

  @ParameterizedTest
  @Tag("R79")
  @ValueSource(
      strings = {
        "",
        "VERSION",
        "whole/../../etc/passwd",
        "whole/%s/",
        "./whole/%s",
        "/whole/%s",
        "whole/%s\n",
        "patch/%s",
        "patch/%s/%s/0-0",
        "patch/%s/%s/-1-5",
        "patch/%s/%s/0-8388609",
        "patch/%s/%s/9999999999999999-1",
        "patch/%s/%s/0-99999999",
        "patch/%s/%s/0-5/x"
      })
  void parse_anyOtherName_isRefused(String name) {
    assertThatThrownBy(() -> DeltaEntry.parse(name.formatted(NEW, OLD)))
        .isInstanceOf(MalformedReleaseException.class);
  }

  @Test
  void description_writtenAndRead_isTheSame() {
    DeltaDescription delta = new DeltaDescription(ReleaseVersion.parse("1.0.0"), OLD);
    String json = JsonMapper.shared().writeValueAsString(ReleaseJson.toMap(delta));
    assertThat(json)
        .isEqualTo("{\"format\":1,\"from\":\"1.0.0\",\"from_manifest\":\"" + OLD + "\"}");
    assertThat(ReleaseJson.delta(json)).isEqualTo(delta);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"format\":2,\"from\":\"1.0.0\",\"from_manifest\":\"%s\"}",
        "{\"format\":1,\"from\":\"v1\",\"from_manifest\":\"%s\"}",
        "{\"format\":1,\"from\":\"1.0.0\",\"from_manifest\":\"abc\"}",
        "{\"format\":1,\"from\":\"1.0.0\",\"from_manifest\":\"%s\",\"more\":1}"
      })
  void description_notFullyReadable_isRefused(String json) {
    assertThatThrownBy(() -> ReleaseJson.delta(json.formatted(OLD)))
        .isInstanceOf(MalformedReleaseException.class);
  }

  @Test
  @Tag("R64")
  void artifactIn_clientThatKnowsNoDeltas_passesOverThem() {
    ReleaseDescription release =
        new ReleaseDescription(
            "backend",
            ReleaseVersion.parse("1.1.0"),
            "stable",
            "tree",
            "linux/amd64",
            false,
            false,
            false,
            Map.of(),
            Map.of(),
            100,
            1,
            "",
            List.of(
                new Artifact("stable/backend/delta", DeltaDescription.FORMAT, "", 1),
                new Artifact("stable/backend/full", "tar.gz", "", 2)));
    String json = JsonMapper.shared().writeValueAsString(ReleaseJson.toMap(release));
    assertThat(ReleaseJson.description(json).artifactIn(List.of("tar.gz")))
        .map(Artifact::target)
        .isEqualTo(Optional.of("stable/backend/full"));
    assertThat(DeltaDescription.target(release, ReleaseVersion.parse("1.0.0")))
        .isEqualTo("stable/backend/backend-1.1.0-linux-amd64.from-1.0.0.delta");
  }
}
