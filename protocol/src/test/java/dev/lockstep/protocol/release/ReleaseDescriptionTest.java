package dev.lockstep.protocol.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.release.ReleaseDescription.Artifact;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReleaseDescriptionTest {

  private static ReleaseDescription description(String platform) {
    return new ReleaseDescription(
        "backend",
        ReleaseVersion.parse("1.0.0"),
        "stable",
        "tree",
        platform,
        false,
        false,
        false,
        Map.of(),
        Map.of(),
        100,
        0,
        "",
        List.of(new Artifact("s/a.zip", "zip", "", 1), new Artifact("s/a.tgz", "tar.gz", "", 1)));
  }

  @Test
  void fits_platform_isAnyOrTheSame() {
    assertThat(description("any").fits("linux/arm64")).isTrue();
    assertThat(description("linux/arm64").fits("linux/arm64")).isTrue();
    assertThat(description("linux/amd64").fits("linux/arm64")).isFalse();
  }

  @Test
  void artifactIn_severalFormats_isThePublishersFirst() {
    assertThat(description("any").artifactIn(List.of("tar.gz", "zip")))
        .map(Artifact::format)
        .contains("zip");
    assertThat(description("any").artifactIn(List.of("tar.zst"))).isEmpty();
  }

  @Test
  void manifestTarget_release_namesChannelComponentVersionAndPlatform() {
    assertThat(ReleaseDescription.manifestTarget("stable", "backend", "1.0.0", "any"))
        .isEqualTo("stable/backend/backend-1.0.0.manifest.json");
    assertThat(ReleaseDescription.manifestTarget("beta", "ui", "1.0.0", "linux/arm64"))
        .isEqualTo("beta/ui/ui-1.0.0-linux-arm64.manifest.json");
  }
}
