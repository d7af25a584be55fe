package dev.lockstep.atomicupdates.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.deployment.DeploymentRequest.Wanted;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What offers said about the builds of a release. */
class ReleaseHintsTest {
  private static final ReleaseVersion V11 = ReleaseVersion.parse("1.1.0");
  private static final Wanted KIOSK = new Wanted("kiosk-ui", V11);
  private static final String AMD = "stable/kiosk-ui/kiosk-ui-1.1.0-linux-amd64.manifest.json";
  private static final String ARM = "stable/kiosk-ui/kiosk-ui-1.1.0-linux-arm64.manifest.json";
  private final ReleaseHints hints = new ReleaseHints();

  private static ReleaseHints.Hint build(String target, String... devices) {
    return new ReleaseHints.Hint(KIOSK, target, Set.of(devices), Map.of(target, V11));
  }

  @Test
  @Tag("R110")
  void manifestTarget_twoBuildsOfOneVersion_eachDeviceGetsItsOwn() {
    hints.offered("offer", List.of(build(AMD, "kiosk-1"), build(ARM, "kiosk-2")));

    assertThat(hints.manifestTarget(KIOSK, "kiosk-1")).contains(AMD);
    assertThat(hints.manifestTarget(KIOSK, "kiosk-2")).contains(ARM);
    assertThat(hints.manifestTarget(KIOSK, "kiosk-3")).as("it finds its own").isEmpty();
    assertThat(hints.releasesOf("offer")).containsExactly(KIOSK);
    assertThat(hints.provides(KIOSK)).containsOnlyKeys(AMD, ARM);
  }

  @Test
  void manifestTarget_onlyBuild_isThatOfEveryDevice() {
    hints.offered("offer", List.of(build(AMD)));
    assertThat(hints.manifestTarget(KIOSK, "kiosk-1")).contains(AMD);
    assertThat(hints.manifestTarget(new Wanted("other", V11), "kiosk-1")).isEmpty();
  }
}
